import { type Compressor, compressors } from '../compress/formats.js'
import { ApiError } from '../errors.js'
import { type Call, type Caller, json, type Reply, type Route } from '../http/exchange.js'
import { createId } from '../id.js'
import { creditsFor } from '../jobs/credits.js'
import { inputBlob } from '../jobs/perform.js'
import type { Service } from '../service.js'
import type { Submission } from '../store/store.js'
import { fingerprintOf, parseIdempotencyKey } from '../submit/idempotency.js'
import { readJson } from '../submit/json.js'
import { parseOptions } from '../submit/options.js'
import { type Received, receiveForm, type Target } from '../submit/receive.js'
import { parseSubmit, type SubmitRequest } from '../submit/request.js'
import { view } from './jobs.js'

/** Seconds until another try may find a free place: jobs are done in one to ten. */
const PLACE_RETRY_AFTER = 1

/** `POST /compress`, and the same under each compressor's name, which takes that compressor's files only. */
export function submitRoutes(service: Service): Route[] {
  const submitTo = (path: string, only?: Compressor): Route => ({
    method: 'POST',
    path,
    handle: (call, caller) => submit(service, call, caller, only),
  })
  return [submitTo('/compress'), ...compressors.map((only) => submitTo(`/compress/${only.name}`, only))]
}

async function submit(service: Service, call: Call, caller: Caller, only?: Compressor): Promise<Reply> {
  const startedAt = service.now()
  const id = createId(startedAt)
  const key = parseIdempotencyKey(call.req.headers['idempotency-key'])
  await refuseEarly(service, caller, key)
  let accepted = false
  try {
    const { file, request } = await receive(service, call, { id, only })
    const submission = await enter(service, caller, { id, startedAt, key, file, request })
    accepted = submission.kind === 'accepted'
    return await replyTo(service, submission)
  } finally {
    if (!accepted) await service.blobs.remove(inputBlob(id))
  }
}

/** Spares an upload whose end is known already. What counts is decided when the job is stored. */
async function refuseEarly({ store, options }: Service, { accountId }: Caller, key: string | undefined): Promise<void> {
  if (key !== undefined && (await store.jobByIdempotencyKey(accountId, key))) return
  const outstanding = await store.outstanding(accountId)
  if (outstanding >= options.limits.outstanding) throw noPlace(outstanding)
  const account = await store.account(accountId)
  if ((account?.available ?? 0) < 1) throw noCredits(1, 0)
}

async function receive(
  service: Service,
  { req, wantBody }: Call,
  target: Target,
): Promise<{ file: Received; request: SubmitRequest }> {
  const type = req.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
  if (type !== 'multipart/form-data' && type !== 'application/json') {
    throw new ApiError('request.invalid_content_type', 'Send multipart/form-data, or application/json with `inputUrl`.')
  }
  wantBody()
  const { fields, file } =
    type === 'application/json'
      ? { fields: await readJson(req), file: undefined }
      : await receiveForm(service, req, target)
  const request = parseSubmit(fields, service.options.network)
  if (file === undefined) throw new ApiError('request.no_files', 'Send exactly one file, in the field "file".')
  return { file, request }
}

interface Entry {
  readonly id: string
  readonly startedAt: number
  readonly key: string | undefined
  readonly file: Received
  readonly request: SubmitRequest
}

/** Makes the job, once everything about it is known and on the disk. */
async function enter(service: Service, { accountId }: Caller, entry: Entry): Promise<Submission> {
  const { store, options: server, now } = service
  const { id, startedAt, key, request } = entry
  const { fileName, extension, compressor, bytes, digest } = entry.file
  const asked = { options: parseOptions(request.options, compressor), webhook: request.webhook }
  const fingerprint = fingerprintOf({ ...asked, fileName, digest })
  const job = {
    id,
    accountId,
    fileName,
    format: extension,
    pool: compressor.pool,
    inputBytes: bytes,
    inputDigest: digest,
    creditCost: creditsFor(bytes),
    uploadStartedAt: startedAt,
    queuedAt: now(),
    idempotency: key === undefined ? null : { key, fingerprint },
    ...asked,
  }
  return store.submit(job, { outstanding: server.limits.outstanding })
}

async function replyTo(service: Service, submission: Submission): Promise<Reply> {
  switch (submission.kind) {
    case 'outstanding':
      throw noPlace(submission.outstanding)
    case 'credits':
      throw noCredits(submission.needed, submission.available)
    case 'conflict':
      throw new ApiError('idempotency.key_reused', 'This Idempotency-Key came before, with another request.')
    case 'accepted':
      service.metrics.accepted(submission.job)
      // After the answer's place in the queue is known, and also when it could not be.
      return accepted(service, submission).finally(service.dispatcher.wake)
    case 'repeated':
      return accepted(service, submission)
  }
}

async function accepted(
  service: Service,
  { kind, job }: Extract<Submission, { readonly kind: 'accepted' | 'repeated' }>,
): Promise<Reply> {
  const headers = {
    location: `/compress/job/${job.id}`,
    ...(kind === 'repeated' && { 'idempotency-replayed': 'true' }),
  }
  return json(202, await view(service, job), headers)
}

function noPlace(outstanding: number): ApiError {
  const detail = `The account has ${outstanding} jobs queued or running, and may have no more.`
  return new ApiError('queue.limit_exceeded', detail, { retryAfter: PLACE_RETRY_AFTER })
}

function noCredits(required: number, available: number): ApiError {
  const detail = `The job needs ${required} credits and the account has ${available}.`
  return new ApiError('entitlements.insufficient_credits', detail, { fields: { required, available } })
}
