import type { Log } from '../log.js'
import type { Metrics } from '../metrics.js'
import { readSome, requestOutside } from '../net/request.js'
import type { Network } from '../resolve-options.js'
import type { Delivery, JobStore } from '../store/store.js'
import { bodyOf } from './body.js'
import { nextTry } from './schedule.js'
import { signedHeaders } from './sign.js'

export interface SenderTools {
  readonly store: JobStore
  readonly network: Network
  /** Where clients reach the server. */
  readonly publicUrl: () => string
  readonly now: () => number
  readonly log: Log
  readonly metrics: Metrics
}

/** Tells webhooks what became of jobs: at least once, and again until they say that they heard it. */
export interface Sender {
  /** Looks for messages to send. */
  wake(): void
  /** Sends no more, and gives up what is being sent; it is sent again by the next server. */
  stop(): Promise<void>
}

const MOST_AT_ONCE = 32
const TRY_MS = 15_000
/** Nothing in an answer matters but its status; reading a little lets polite receivers finish. */
const MOST_ANSWER = 64 * 1024
/** The longest time between two looks, in milliseconds. */
const LOOK_MS = 60_000

export function createSender(tools: SenderTools): Sender {
  const { store, now, log, metrics } = tools
  const sending = new Map<string, Promise<void>>()
  const stopping = new AbortController()
  let timer: NodeJS.Timeout | undefined

  function wake(): void {
    look().catch((error: unknown) => log('webhook.failed', { detail: String(error) }))
  }

  async function look(): Promise<void> {
    if (stopping.signal.aborted) return
    const due = await store.dueDeliveries(now(), MOST_AT_ONCE)
    for (const delivery of due) {
      if (sending.has(delivery.id) || sending.size >= MOST_AT_ONCE) continue
      sending.set(delivery.id, send(delivery))
    }
    const next = (await store.nextDelivery()) ?? Number.POSITIVE_INFINITY
    clearTimeout(timer)
    if (stopping.signal.aborted) return
    timer = setTimeout(wake, Math.min(LOOK_MS, Math.max(1000, next - now())))
  }

  async function send(delivery: Delivery): Promise<void> {
    try {
      await settle(delivery, await post(delivery, tools, stopping.signal))
    } catch (error) {
      log('webhook.failed', { event_id: delivery.id, detail: String(error) })
    } finally {
      sending.delete(delivery.id)
      wake()
    }
  }

  async function settle({ id, job, tried }: Delivery, heard: Heard): Promise<void> {
    if (stopping.signal.aborted && heard.result === 'failed') return
    const wait = heard.result === 'failed' ? nextTry(tried + 1, Math.random(), heard.askedMs) : undefined
    const result = heard.result === 'failed' && wait === undefined ? 'given up' : heard.result
    if (wait === undefined) await store.settle(id)
    else await store.putOff(id, now() + wait)
    metrics.delivered(result)
    log('webhook.tried', { event_id: id, job: job.id, tried: tried + 1, result, detail: heard.detail })
  }

  return {
    wake,
    async stop() {
      stopping.abort()
      clearTimeout(timer)
      await Promise.all(sending.values())
    },
  }
}

/** What came of a try. */
interface Heard {
  readonly result: 'arrived' | 'failed' | 'given up'
  readonly detail: string
  readonly askedMs: number
}

async function post(delivery: Delivery, { network, publicUrl, now }: SenderTools, stop: AbortSignal): Promise<Heard> {
  const { webhook } = delivery.job
  if (webhook === null) return { result: 'given up', detail: 'there is no address', askedMs: 0 }
  const body = bodyOf(delivery, publicUrl())
  const signature = signedHeaders({ id: delivery.id, timestamp: Math.floor(now() / 1000), body }, webhook.secret)
  const headers = {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    ...signature,
  }
  const signal = AbortSignal.any([stop, AbortSignal.timeout(TRY_MS)])
  try {
    const outgoing = { method: 'POST', headers, body, idleMs: TRY_MS, signal } as const
    const response = await requestOutside(new URL(webhook.url), network, outgoing)
    await readSome(response, MOST_ANSWER).catch(() => {})
    return judge(response.statusCode ?? 0, response.headers['retry-after'])
  } catch (error) {
    return { result: 'failed', detail: error instanceof Error ? error.message : String(error), askedMs: 0 }
  }
}

/** Only 2xx is heard; 410 asks never to be told again; a redirect is no answer. */
function judge(status: number, retryAfter: string | undefined): Heard {
  const detail = `it answered ${status}`
  if (status >= 200 && status < 300) return { result: 'arrived', detail, askedMs: 0 }
  if (status === 410) return { result: 'given up', detail, askedMs: 0 }
  const seconds = Number(retryAfter ?? 0)
  return { result: 'failed', detail, askedMs: Number.isFinite(seconds) ? seconds * 1000 : 0 }
}
