import pLimit from 'p-limit'
import type { RemoteStore } from '../types.js'
import { plainWords } from '../util/connection-words.js'
import { RemoteError } from '../util/remote-error.js'
import type { Secret } from '../util/secret.js'
import { visible } from '../util/visible.js'
import { createAllowance } from './allowance.js'
import { createBreaker, type Pass } from './breaker.js'
import type { Cache, Demands, Verdict } from './cache.js'
import { largestEntry } from './entry.js'
import { assertKey } from './layout.js'
import { type Address, nameOf, type SealFault, seal, sealOverhead, unseal } from './seal.js'

/** What a shared cache is made of. */
export interface RemoteCacheOptions {
  /** How messages call it. Shows no secret. */
  readonly place: string
  /** Called when something is asked for the first time. */
  readonly open: () => Promise<RemoteStore>
  /** The first one signs; all of them are accepted, so that a secret can be changed without losing anything. */
  readonly secrets: readonly [Secret, ...Secret[]]
  readonly namespaces: {
    /** Whose results are taken, in the order in which they are looked for. */
    readonly read: readonly string[]
    readonly write: string
  }
  /** Told at most once, whatever goes wrong how often. */
  readonly warn: (message: string, hint: string) => void
  /** Milliseconds that a build waits in all for nothing. @default 4000 */
  readonly patienceMs?: number
}

// With an answer every 20 ms that makes 1,600 a second, and no store minds.
const atOnce = 32
// Below the five seconds that are promised, as other things take a moment too.
const defaultPatienceMs = 4000
// A put that nobody waits for yet.
const longestPutMs = 30_000
// Beyond that, results wait for a slow line only to fill memory.
const mostWaitingBytes = 256 * 1024 * 1024

/**
 * What an answer gives back of the time a build waits, in milliseconds: a result what making it takes at least, and its
 * transfer at a modest pace; an honest "no" so much that 500 of them a second never run out of it.
 */
const worth = { miss: 2, hit: 50, bytesPerMs: 256 }

const wrong: Readonly<Record<SealFault, string>> = {
  garbage: 'it is no entry',
  truncated: 'it is not whole',
  signature: 'its signature does not fit the secret',
  'other-namespace': 'it was signed for another namespace',
  'other-key': 'it was signed as the result of another file',
  length: 'it has another length than it says',
  digest: 'its bytes are not those that were signed',
}

/** Results that several machines share. It is never waited for longer than a few seconds in a build, and never trusted. */
export function createRemoteCache(options: RemoteCacheOptions): Cache {
  const { place, open, secrets, namespaces, warn, patienceMs = defaultPatienceMs } = options
  const breaker = createBreaker()
  const allowance = createAllowance(patienceMs)
  const limitReads = pLimit(atOnce)
  const limitWrites = pLimit(atOnce)
  const missed = new Set<string>()
  // Names of entries that are of no use to anybody, so that a good one may take their place.
  const bad = new Set<string>()
  const writes = new Map<Promise<void>, AbortController>()
  let store: Promise<RemoteStore> | undefined
  let waitingBytes = 0
  let mayWrite = true
  let isTold = false

  return {
    async get(key, demands) {
      assertKey(key)
      // Asked for again by who is about to make it.
      if (missed.has(key)) return undefined
      const verdict = await limitReads(() => look(key, demands))
      if (!verdict) missed.add(key)
      return verdict
    },
    set(key, verdict) {
      assertKey(key)
      if (mayWrite) begin(key, verdict)
      // Nobody waits for the network; `settle` does.
      return Promise.resolve()
    },
    async settle() {
      await finishWrites()
      missed.clear()
      if (limitReads.activeCount + limitReads.pendingCount > 0) return
      allowance.reset()
      await close()
    },
  }

  async function look(key: string, demands: Demands | undefined): Promise<Verdict | undefined> {
    for (const namespace of namespaces.read) {
      const verdict = await ask({ namespace, key }, demands)
      if (verdict) return verdict
    }
    return undefined
  }

  async function ask(address: Address, demands: Demands | undefined): Promise<Verdict | undefined> {
    const wait = allowance.begin()
    const pass = wait && breaker.enter()
    if (!pass) {
      wait?.end()
      return undefined
    }
    const mostBytes = (demands?.mostBytes ?? largestEntry) + sealOverhead
    try {
      const { signal } = wait
      const entry = await unlessAborted(signal, (store) => store.get(nameOf(address), { mostBytes, signal }))
      pass.succeed()
      return entry ? await judge(entry, address, mostBytes, demands) : earnMiss()
    } catch (error) {
      if (isAboutEntry(error)) {
        pass.succeed()
        refuse(address, error.message)
      } else if (wait.signal.aborted) {
        breaker.trip()
        tellTrouble(`it kept the build waiting for ${patienceMs / 1000} s`, null)
      } else {
        fail(error, pass)
      }
      return undefined
    } finally {
      wait.end()
    }
  }

  function earnMiss(): undefined {
    allowance.earn(worth.miss)
  }

  async function judge(
    entry: Uint8Array,
    address: Address,
    mostBytes: number,
    demands: Demands | undefined,
  ): Promise<Verdict | undefined> {
    if (entry.byteLength > mostBytes) return refuse(address, 'it is larger than its source')
    const opened = unseal(entry, address, secrets)
    if ('fault' in opened) return refuse(address, wrong[opened.fault])
    const { verdict } = opened
    if (demands && !(await demands.accepts(verdict))) return refuse(address, 'it cannot stand in for its source')
    allowance.earn(worth.hit + entry.byteLength / worth.bytesPerMs)
    return verdict
  }

  function refuse(address: Address, why: string): undefined {
    bad.add(nameOf(address))
    tell(
      `An entry of the shared cache at ${place} was not taken: ${why}. The file is compressed here.`,
      'Somebody writes there who does not know the secret, or it was changed: keep the old one behind the new one.',
    )
  }

  function begin(key: string, verdict: Verdict): void {
    const entry = seal(verdict, { namespace: namespaces.write, key }, secrets[0])
    if (!entry || waitingBytes + entry.byteLength > mostWaitingBytes) return
    waitingBytes += entry.byteLength
    const controller = new AbortController()
    const work = limitWrites(() => send(nameOf({ namespace: namespaces.write, key }), entry, controller)).finally(
      () => {
        waitingBytes -= entry.byteLength
        writes.delete(work)
      },
    )
    writes.set(work, controller)
  }

  async function send(name: string, entry: Uint8Array, controller: AbortController): Promise<void> {
    const { signal } = controller
    const pass = mayWrite && !signal.aborted ? breaker.enter() : undefined
    if (!pass) return
    const timer = setTimeout(() => controller.abort(), longestPutMs)
    try {
      await unlessAborted(signal, (store) => store.put(name, entry, { replaces: bad.has(name), signal }))
      pass.succeed()
      allowance.earn(worth.hit + entry.byteLength / worth.bytesPerMs)
    } catch (error) {
      if (isAboutEntry(error)) return pass.succeed()
      if (error instanceof RemoteError && error.kind === 'read-only') mayWrite = false
      fail(error, pass)
    } finally {
      clearTimeout(timer)
    }
  }

  /** All writes are done, or have had their time. */
  async function finishWrites(): Promise<void> {
    while (writes.size > 0) {
      const wait = allowance.begin()
      const given = wait?.signal
      if (given) await Promise.race([Promise.all(writes.keys()), aborted(given)])
      wait?.end()
      if (given && !given.aborted) continue
      breaker.trip()
      tellTrouble('it takes new results too slowly', 'What was not sent is sent by a build that makes it anew.')
      for (const controller of writes.values()) controller.abort()
      await Promise.all(writes.keys())
    }
  }

  /** Does something with the store, and does not wait for it once the signal has said so. */
  async function unlessAborted<T>(signal: AbortSignal, work: (store: RemoteStore) => Promise<T>): Promise<T> {
    store ??= open()
    const opened = store
    const result = (async () => work(await opened))()
    return Promise.race([
      result,
      aborted(signal).then(() => {
        throw new RemoteError('outage', 'no answer came in time')
      }),
    ])
  }

  function fail(error: unknown, pass: Pass): void {
    const { kind, message, hint } = asRemoteError(error)
    if (kind === 'refusal') breaker.trip()
    else if (kind === 'outage') pass.fail()
    else pass.succeed()
    tellTrouble(message, hint)
  }

  function tellTrouble(why: string, hint: string | null): void {
    tell(
      `The shared cache at ${place} is in trouble: ${why}. The build goes on without it.`,
      hint ?? 'Nothing is lost but time. If this repeats, look at the server, or set COMPRESS_FAST_CACHE_REMOTE=off.',
    )
  }

  function tell(message: string, hint: string): void {
    if (isTold) return
    isTold = true
    warn(message, hint)
  }

  async function close(): Promise<void> {
    const open = store
    store = undefined
    await open?.then((opened) => opened.close?.()).catch(() => undefined)
  }
}

function isAboutEntry(error: unknown): error is RemoteError {
  return error instanceof RemoteError && error.kind === 'entry'
}

/** What an error says, short and in one line: it may come from a store of the user's. */
function asRemoteError(error: unknown): RemoteError {
  if (error instanceof RemoteError) return error
  return new RemoteError('outage', visible(plainWords(error).slice(0, 200)))
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
