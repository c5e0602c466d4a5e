import { type Compressor, compressors } from '../compress/formats.js'
import { ApiError } from '../errors.js'
import { type Call, type Caller, json, type Reply, type Route } from '../http/exchange.js'
import { createId } from '../id.js'
import { inputBlob } from '../jobs/perform.js'
import type { Service } from '../service.js'
import type { Submission } from '../store/store.js'
import { type Ask, fingerprintOf, toNewJob } from '../submit/ask.js'
import { parseIdempotencyKey } from '../submit/idempotency.js'
import { readJson } from '../submit/json.js'
import { parseOptions } from '../submit/options.js'
import { checkLength, nameAt, type Received, receiveForm, receiveUrl, type Target } from '../submit/receive.js'
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
  const { store, blobs, now, options } = service
  const startedAt = now()
  const target: Target = { id: createId(startedAt), only }
  const key = parseIdempotencyKey(call.req.headers['idempotency-key'])
  await refuseEarly(service, caller, key)
  let accepted = false
  try {
    const ask = await receive(service, call, { ...target, key }, caller)
    const submission =
      'kind' in ask
        ? ask
        : await store.submit(toNewJob(ask, { ...target, startedAt, now: now(), key }, caller.accountId), options.limits)
    accepted = submission.kind === 'accepted'
    return await replyTo(service, submission)
  } finally {
    if (!accepted) await blobs.remove(inputBlob(target.id))
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

type KeyedTarget = Target & { readonly key: string | undefined }

/** Reads the body, and the file wherever it is; or finds that the same was asked before. */
async function receive(
  service: Service,
  { req, wantBody, signal }: Call,
  target: KeyedTarget,
  caller: Caller,
): Promise<Ask | Submission> {
  const type = req.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
  if (type !== 'multipart/form-data' && type !== 'application/json') {
    throw new ApiError('request.invalid_content_type', 'Send multipart/form-data, or application/json with `inputUrl`.')
  }
  checkLength(req, service.options.limits.fileBytes)
  wantBody()
  const isForm = type === 'multipart/form-data'
  const { fields, file } = isForm
    ? await receiveForm(service, req, target)
    : { fields: await readJson(req), file: undefined }
  const request = parseSubmit(fields, service.options.network)
  if (request.inputUrl === undefined && !isForm) {
    throw new ApiError('url_fetch.invalid_url', 'A JSON body names an address, in `inputUrl`.')
  }
  if (request.inputUrl === undefined) return askWith(request, file)
  if (file) throw new ApiError('url_fetch.mutually_exclusive', 'Send a file or an `inputUrl`, not both.')
  // Nothing comes from the client while its file is fetched.
  req.socket.setTimeout(0)
  return fetchFor(service, { ...request, inputUrl: request.inputUrl }, target, { accountId: caller.accountId, signal })
}

function askWith(request: SubmitRequest, file: Received | undefined): Ask {
  if (file === undefined) throw new ApiError('request.no_files', 'Send exactly one file, in the field "file".')
  return {
    file,
    options: parseOptions(request.options, file.compressor),
    webhook: request.webhook,
    inputUrl: undefined,
  }
}

async function fetchFor(
  service: Service,
  { inputUrl, sourceFormat, options, webhook }: SubmitRequest & { readonly inputUrl: string },
  { id, only, key }: KeyedTarget,
  by: { readonly accountId: string; readonly signal: AbortSignal },
): Promise<Ask | Submission> {
  const named = nameAt(inputUrl, sourceFormat, only)
  const asked = { options: parseOptions(options, named.compressor), webhook, inputUrl }
  const known = key === undefined ? undefined : await service.store.jobByIdempotencyKey(by.accountId, key)
  if (known) {
    const same = known.idempotency?.fingerprint === fingerprintOf({ ...asked, file: { ...named, digest: '' } })
    return same ? { kind: 'repeated', job: known } : { kind: 'conflict' }
  }
  return { ...asked, file: await receiveUrl(service, { inputUrl, named, id }, by) }
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
