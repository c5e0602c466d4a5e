import { hash } from 'node:crypto'
import { JobFailedError } from '../errors.js'
import { sleep } from '../util/sleep.js'
import { RequestFailedError } from './failure.js'
import { type Pace, pollDelay } from './poll.js'
import type { JobState } from './protocol.js'
import { meaningOf, ordinary, waitMs } from './retry.js'
import { type Patience, persist, type Service } from './service.js'

/** A job whose end is waited for. */
export interface OpenJob {
  readonly id: string
  readonly pace: Pace
  /** Whether it was submitted by an earlier build, and may have ended long ago. */
  readonly isResumed: boolean
}

/** The result is no longer there to be had: it expired, was deleted, or never was. */
export class JobGoneError extends Error {
  override readonly name = 'JobGoneError'
}

// A service of several machines may not know everywhere at once what it accepted.
const lagMs = 10_000
// The waits between them add up to about the same.
const lagTries = 6

/** Waits for a job's end. @throws {JobGoneError} when there is no such job. @throws {CompressionError} as `persist` does. */
export async function waitForEnd(job: OpenJob, service: Service, patience: Patience): Promise<JobState> {
  const { account } = service
  const { until, signal } = patience
  const begun = performance.now()
  let running: number | undefined
  let wasSeen = job.isResumed
  if (!job.isResumed) await sleep(job.pace.shortestMs, signal)
  for (;;) {
    const state = await persist(service, 'status', () => look(), patience).catch(whenEarly)
    if (state && isEnd(state)) return state
    const now = performance.now()
    if (state?.status === 'Running') running ??= now
    const wait = pollDelay(job.pace, now - (running ?? begun))
    if (now + wait > until) throw tookTooLong()
    await sleep(wait, signal)
  }

  async function look(): Promise<JobState> {
    await account.poll(signal)
    return service.client.status(job.id, { signal })
  }

  function whenEarly(error: unknown): undefined {
    const meaning = error instanceof RequestFailedError ? meaningOf(error.failure, 'status') : undefined
    if (meaning === 'gone') throw new JobGoneError()
    if (meaning !== 'early') throw ended(error)
    if (wasSeen || performance.now() - begun > lagMs) throw new JobGoneError()
  }

  function isEnd({ status }: JobState): boolean {
    wasSeen = true
    return status === 'Succeeded' || status === 'Failed' || status === 'Canceled'
  }
}

/**
 * The output of a job that succeeded, once it is what it should be.
 * @returns Bytes, or why what the service has for us must not ship, if it has the same again when asked twice.
 * @throws {JobGoneError} when it is no longer there. @throws {CompressionError} when it did not come through.
 */
export async function fetchOutput(
  { id }: OpenJob,
  facts: { readonly expectedBytes: number | null; readonly sourceBytes: number },
  verify: (output: Uint8Array) => Promise<string | null>,
  service: Service,
  patience: Patience,
): Promise<Uint8Array | { readonly objection: string }> {
  const first = await fetchOnce()
  if (first.objection === null) return first.bytes
  const second = await fetchOnce()
  if (second.objection === null) return second.bytes
  if (first.digest === second.digest && !second.isForeign) return { objection: second.objection }
  throw new JobFailedError('JOB_LOST', `its result did not come through whole: ${second.objection}.`, {
    hint: 'It ships as it is. It is paid, and the next build picks it up.',
  })

  /** What another machine of the service says is there may take a moment to be there on this one. */
  async function whenThere<T>(ask: () => Promise<T>): Promise<T> {
    for (let tried = 1; ; tried++) {
      try {
        return await ask()
      } catch (error) {
        const meaning = error instanceof RequestFailedError ? meaningOf(error.failure, 'download') : undefined
        const wait = waitMs(tried, null, ordinary, service.random())
        if (meaning === 'gone' || (meaning === 'early' && tried === lagTries)) throw new JobGoneError()
        if (meaning !== 'early' || performance.now() + wait > patience.until) throw ended(error)
        await sleep(wait, patience.signal)
      }
    }
  }

  async function fetchOnce() {
    const { sourceBytes, expectedBytes } = facts
    // More than the source is of no use, but worth to be told from more without end.
    const ask = () => service.client.download(id, { mostBytes: 2 * sourceBytes, signal: patience.signal })
    const bytes = await whenThere(() => persist(service, 'download', ask, patience))
    const isCut = expectedBytes !== null && expectedBytes !== bytes.byteLength
    const why = await verify(bytes)
    const objection = isCut ? `it has ${bytes.byteLength} bytes and not ${expectedBytes}` : why
    // A page of the network in between, say, which says nothing of the output and may say so for a while.
    const isForeign = isCut && why !== null
    return { bytes, objection, isForeign, digest: hash('sha256', bytes) }
  }
}

/** A request that nothing more can be done about. */
function ended(error: unknown): unknown {
  if (!(error instanceof RequestFailedError)) return error
  return new JobFailedError('JOB_LOST', `the service could not be asked about it: ${error.message}.`, {
    hint: 'It ships as it is. It is paid, and the next build picks it up.',
    cause: error,
  })
}

function tookTooLong(): JobFailedError {
  return new JobFailedError('JOB_TIMEOUT', 'the service did not finish it in time.', {
    hint: 'It ships as it is. It is paid, and the next build picks it up. Raise `api.timeout` for large files.',
  })
}
