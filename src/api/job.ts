import { JobFailedError } from '../errors.js'
import type { Format } from '../types.js'
import type { Place } from './account.js'
import { fetchOutput, JobGoneError, type OpenJob, waitForEnd } from './collect.js'
import { paceOf } from './poll.js'
import type { JobState } from './protocol.js'
import type { Patience, Service } from './service.js'
import { submit } from './submit.js'
import { extensionFor, type UploadOptions, uploadId } from './upload.js'

/** A file for the service. */
export interface JobRequest {
  readonly bytes: Uint8Array
  /** SHA-256 of the bytes, in hex. */
  readonly digest: string
  readonly format: Format
  readonly options?: UploadOptions | undefined
  /** Why an output must not stand in for the file, or `null`. */
  readonly verify: (output: Uint8Array) => Promise<string | null>
  readonly signal: AbortSignal
}

/** Nothing smaller, something that must not ship, or a file that the service read and found damaged. */
export type NoGainReason = 'no-gain' | 'result-rejected' | 'broken-asset'

/** What came of a file. */
export interface JobResult {
  readonly outcome:
    | { readonly gain: true; readonly bytes: Uint8Array }
    | { readonly gain: false; readonly reason: NoGainReason; readonly detail: string | null }
  /** To be called when the outcome is safe: the service then need not keep anything. Never rejects. */
  release(): Promise<void>
}

/** A file on its way. */
interface Course {
  readonly request: JobRequest
  readonly service: Service
  readonly patience: Patience
  readonly upload: string
}

/** A job that was found or made. */
interface Begun extends OpenJob {
  readonly epoch: number
  readonly price: number
  readonly place: Place
}

/**
 * From a file to its result: picks up what an earlier build has paid for, else submits it; waits, fetches, verifies. A
 * result that expired meanwhile is paid for once more, within the build's limit.
 * @throws {CompressionError} Of scope `asset` when this file ships as it is, of scope `run` when all others do too.
 */
export async function runJob(request: JobRequest, service: Service): Promise<JobResult> {
  const { account, ledger, timeoutMs } = service
  const upload = uploadId(account.id, request.format, request.digest, request.options)
  const patience = { until: performance.now() + timeoutMs, signal: request.signal }
  const course = { request, service, patience, upload }
  for (let isLast = false; ; isLast = true) {
    const job = await begin(course)
    try {
      return await finish(job, course)
    } catch (error) {
      if (!(error instanceof JobGoneError)) throw error
      await ledger.write(upload, job.epoch, { kind: 'closed' })
      if (isLast) throw lost()
    } finally {
      job.place.leave()
    }
  }
}

async function begin({ request, service, patience, upload }: Course): Promise<Begun> {
  const { bytes, digest, format, options } = request
  const pace = paceOf(format, bytes.byteLength)
  const { epoch, open } = await service.ledger.standing(upload)
  if (open?.kind === 'job') {
    return { id: open.id, epoch, pace, isResumed: true, price: 0, place: service.account.adopt() }
  }
  const extension = extensionFor(format)
  // Never the file's own name, which is nobody's business; and the same at each repetition, which has to be one.
  const fileName = `${digest.slice(0, 16)}.${extension}`
  const sending = { bytes, fileName, extension, options, upload, epoch, isDoubtful: open !== null }
  return { ...(await submit(sending, service, patience)), epoch, pace, isResumed: false }
}

async function finish(job: Begun, course: Course): Promise<JobResult> {
  const { request, service, patience } = course
  const state = await waitForEnd(job, service, patience)
  job.place.leave()
  const release = () => releaseJob(job, course)
  const none = (reason: NoGainReason, detail: string | null): JobResult => {
    return { outcome: { gain: false, reason, detail }, release }
  }
  if (state.status !== 'Succeeded') {
    // What fails is refunded.
    service.spending.settle(job.price, 0)
    if (state.error?.code === damagedCode) return none('broken-asset', state.error.detail)
    await release()
    throw failed(state)
  }
  // What an earlier build paid is not paid by this one.
  if (!job.isResumed) service.spending.settle(job.price, state.credits ?? job.price)
  const size = request.bytes.byteLength
  const { outputBytes } = state
  if (outputBytes !== null && outputBytes >= size) return none('no-gain', null)
  const facts = { expectedBytes: outputBytes || null, sourceBytes: size }
  const verify = async (output: Uint8Array) => (output.byteLength < size ? request.verify(output) : notSmaller)
  const output = await fetchOutput(job, facts, verify, service, patience)
  if (!(output instanceof Uint8Array)) {
    const isLarger = output.objection === notSmaller
    return none(isLarger ? 'no-gain' : 'result-rejected', isLarger ? null : output.objection)
  }
  return { outcome: { gain: true, bytes: output }, release }
}

/**
 * The one failure that is a verdict about these very bytes: read to their end and found damaged. Every other one, also of
 * a name that we do not know, may be the service's fault or a matter of time.
 */
const damagedCode = 'job.invalid_file'

const notSmaller = 'it is not smaller'

/**
 * First into the ledger, then off the service, then into the ledger again: nothing is paid twice wherever a build is
 * killed, and the next one deletes what this one did not come to.
 */
async function releaseJob({ id, epoch }: Begun, { service, upload }: Course): Promise<void> {
  const { client, ledger } = service
  await ledger.write(upload, epoch, { kind: 'stored', id })
  const isDeleted = await client.delete(id).then(
    () => true,
    // An hour later it is gone by itself.
    () => false,
  )
  if (isDeleted) await ledger.write(upload, epoch, { kind: 'closed' })
}

function failed({ status, error }: JobState): JobFailedError {
  const why = error === null ? '' : ` (${[error.code, error.detail].filter((word) => word !== null).join(': ')})`
  const what = status === 'Canceled' ? 'its job was cancelled' : `the service could not compress it${why}`
  return new JobFailedError('JOB_FAILED', `${what}.`, {
    hint: 'It ships as it is, and its credits are given back. If this repeats, list it in `exclude`.',
  })
}

function lost(): JobFailedError {
  return new JobFailedError('JOB_LOST', 'the service lost its result twice.', { hint: 'It ships as it is.' })
}
