import { setTimeout as sleep } from 'node:timers/promises'
import type { BlobStore } from '../blobs/blobs.js'
import type { Settings } from '../compress/protocol.js'
import type { Runner } from '../compress/runner.js'
import { createId } from '../id.js'
import type { Log } from '../log.js'
import type { Metrics } from '../metrics.js'
import type { Ending, JobStore } from '../store/store.js'
import { type Delay, delayOf } from './delay.js'
import type { Job } from './job.js'
import { inputBlob, perform } from './perform.js'

export interface DispatcherTools {
  readonly store: JobStore
  readonly blobs: BlobStore
  readonly runner: Runner
  readonly settings: Settings
  readonly limits: { readonly runningPerAccount: number; readonly running: number }
  readonly retentionMs: number
  readonly delay: Delay | undefined
  /** Names this server in leases. */
  readonly owner: string
  readonly now: () => number
  readonly log: Log
  readonly metrics: Metrics
  /** Called when a job has ended. */
  readonly onEnd: (job: Job) => void
}

/** Takes jobs from the queue and does them. */
export interface Dispatcher {
  /** Looks for jobs that may begin. */
  wake(): void
  /** Stops working on a job, which the store knows as canceled already. */
  abandon(id: string): void
  /** Begins no more, waits for the rest up to `graceMs`, and puts back what is not done by then. */
  stop(graceMs: number): Promise<void>
}

const LEASE_MS = 60_000
const RENEW_MS = LEASE_MS / 4
/**
 * A job is begun this often at most, since what ends each time may be the machine, and the job the reason. So many that
 * a server which is stopped again and again for other reasons gives up none.
 */
const MOST_ATTEMPTS = 100
/** Tries at a file whose process died. */
const MOST_LOSSES = 2

export function createDispatcher(tools: DispatcherTools): Dispatcher {
  const { store, limits, owner, now, log, metrics } = tools
  const working = new Map<string, { controller: AbortController; done: Promise<void> }>()
  let stopping = false
  let pumping = false
  let again = false

  function wake(): void {
    again = true
    if (!pumping) void pump()
  }

  async function pump(): Promise<void> {
    pumping = true
    while (again) {
      again = false
      try {
        while (!stopping && working.size < limits.running) {
          const claim = { perAccount: limits.runningPerAccount, owner, now: now(), leaseUntil: now() + LEASE_MS }
          const job = await store.claim(claim)
          if (job === undefined) break
          begin(job)
        }
      } catch (error) {
        log('queue.failed', { detail: String(error) })
      }
    }
    pumping = false
  }

  function begin(job: Job): void {
    const controller = new AbortController()
    const done = work(job, controller.signal)
      .catch((error: unknown) => log('job.interrupted', { job: job.id, detail: String(error) }))
      .finally(() => {
        working.delete(job.id)
        wake()
      })
    working.set(job.id, { controller, done })
  }

  async function work(job: Job, signal: AbortSignal): Promise<void> {
    if (tools.delay) await sleep(delayOf(job, tools.delay), undefined, { signal })
    const ending = await decide(job, signal)
    const at = { now: now(), expiresAt: now() + tools.retentionMs, eventId: createId() }
    const ended = await store.end(job, ending, at)
    if (ended === undefined) {
      // Somebody canceled it, or began it anew; what was made here is nobody's.
      if (ending.status === 'Succeeded') await tools.blobs.remove(ending.output.blob)
      return
    }
    await tools.blobs.remove(inputBlob(job.id))
    metrics.ended(ended)
    log('job.ended', { job: job.id, account: job.accountId, status: ended.status, code: ended.failure?.code })
    tools.onEnd(ended)
  }

  async function decide(job: Job, signal: AbortSignal): Promise<Ending> {
    if (job.attempt > MOST_ATTEMPTS) return failed('job.abandoned', `it was begun ${MOST_ATTEMPTS} times`)
    let lost = ''
    for (let tries = 0; tries < MOST_LOSSES; tries += 1) {
      const ending = await perform(job, tools, signal)
      if (!('lost' in ending)) return ending
      lost = ending.lost
      log('job.lost', { job: job.id, detail: lost })
    }
    return failed('job.crashed', lost)
  }

  /** A job whose work went wrong here, say on a full disk, is renewed no more, so another try begins it again. */
  async function keepLeases(): Promise<void> {
    await store.renew(owner, [...working.keys()], now() + LEASE_MS)
    await store.requeue({ leaseEndedBefore: now() })
    wake()
  }

  const renewal = setInterval(() => {
    keepLeases().catch((error: unknown) => log('queue.failed', { detail: String(error) }))
  }, RENEW_MS)

  return {
    wake,
    abandon: (id) => working.get(id)?.controller.abort(),
    async stop(graceMs) {
      stopping = true
      clearInterval(renewal)
      const rest = Promise.all([...working.values()].map(({ done }) => done))
      const timer = new AbortController()
      await Promise.race([rest, sleep(graceMs, undefined, { signal: timer.signal }).catch(() => {})])
      timer.abort()
      for (const { controller } of working.values()) controller.abort()
      await Promise.all([...working.values()].map(({ done }) => done))
      await store.requeue({ owner })
    },
  }
}

function failed(code: string, detail: string): Ending {
  return { status: 'Failed', failure: { code, detail } }
}
