import { ApiError } from '../errors.js'
import { attachment } from '../http/attachment.js'
import { type Caller, json, type Reply, type Route } from '../http/exchange.js'
import { parseId } from '../id.js'
import { isOver, type Job } from '../jobs/job.js'
import { inputBlob } from '../jobs/perform.js'
import { viewJob } from '../jobs/view.js'
import type { Service } from '../service.js'

const place = '/compress/job/:id'

/** Status, download, cancel and delete. */
export function jobRoutes(service: Service): Route[] {
  const { store, blobs, dispatcher, options, polls, now } = service
  return [
    {
      method: 'GET',
      path: place,
      async handle({ params }, caller) {
        const job = await ownJob(service, params['id'], caller)
        const waitMs = polls.take(`${caller.key.id} ${job.id}`)
        if (waitMs > 0) throw tooManyPolls(waitMs)
        return json(200, await view(service, job))
      },
    },
    {
      method: 'GET',
      path: `${place}/download`,
      async handle({ params }, caller) {
        return download(service, await ownJob(service, params['id'], caller))
      },
    },
    {
      method: 'POST',
      path: `${place}/cancel`,
      async handle({ params }, caller) {
        const { id, status } = await ownJob(service, params['id'], caller)
        const canceled = await store.cancel(id, { now: now(), expiresAt: now() + options.retentionMs })
        if (canceled === undefined) throw new ApiError('jobs.not_cancellable', `The job is over: ${status}.`)
        dispatcher.abandon(id)
        await blobs.remove(inputBlob(id))
        service.metrics.ended(canceled)
        dispatcher.wake()
        return { status: 202, headers: { location: `/compress/job/${id}` } }
      },
    },
    {
      method: 'DELETE',
      path: place,
      async handle({ params }, caller) {
        const { id, status } = await ownJob(service, params['id'], caller)
        const removed = await store.remove(id)
        if (removed === undefined) {
          throw new ApiError('jobs.not_deletable', `The job is not over: ${status}. Cancel it first.`)
        }
        if (removed.output) await blobs.remove(removed.output.blob)
        return { status: 204 }
      },
    },
  ]
}

/** What clients see of a job, with its place in the queue. */
export async function view({ store, now }: Service, job: Job): Promise<Record<string, unknown>> {
  const { position, total } = await store.position(job)
  const stats = await store.inputStats(job.accountId, job.format)
  return viewJob(job, { position, totalQueued: total, stats, now: now() })
}

/** @throws {ApiError} when there is no such job, or it is another account's. */
async function ownJob({ store }: Service, text: string | undefined, { accountId }: Caller): Promise<Job> {
  const id = parseId(text ?? '')
  const job = id && (await store.job(id))
  if (!job) throw new ApiError('jobs.not_found', null)
  if (job.accountId !== accountId) throw new ApiError('jobs.forbidden', 'The job belongs to another account.')
  return job
}

async function download({ blobs, now }: Service, { status, output, expiresAt }: Job): Promise<Reply> {
  if (!isOver(status)) throw new ApiError('jobs.not_ready', `The job is not over: ${status}.`)
  const gone = new ApiError('jobs.output_expired', 'The result was kept as long as it is kept, and is gone.')
  if ((expiresAt ?? 0) <= now()) throw gone
  if (output === null) throw new ApiError('jobs.no_output', `The job has no result: ${status}.`)
  const blob = await blobs.read(output.blob)
  if (blob === undefined) throw gone
  const headers = {
    'content-type': output.contentType,
    'content-length': String(blob.bytes),
    'content-disposition': attachment(output.fileName),
    etag: `"${output.digest}"`,
    'repr-digest': `sha-256=:${Buffer.from(output.digest, 'hex').toString('base64')}:`,
    // A drawing may hold scripts, which must not run in this origin.
    'content-security-policy': 'sandbox',
  }
  return { status: 200, headers, body: blob.stream }
}

function tooManyPolls(waitMs: number): ApiError {
  const retryAfter = waitMs / 1000
  return new ApiError('rate_limited', 'This job is asked for more often than once a second.', { retryAfter })
}
