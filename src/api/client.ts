import { type Outside, objectOf, parseOutside } from '../util/outside-json.js'
import type { Secret } from '../util/secret.js'
import { lostRequest, refusedRequest, unreadableAnswer } from './failure.js'
import { type Field, multipartBody, type Upload } from './multipart.js'
import {
  type Entitlements,
  type Estimate,
  isJobId,
  type JobState,
  parseEntitlements,
  parseEstimate,
  parseJob,
  parseSubmitted,
  type Submitted,
} from './protocol.js'
import type { Endpoint } from './retry.js'
import {
  type Clocks,
  createTransport,
  defaultClocks,
  type HttpAnswer,
  type HttpRequest,
  TransportError,
} from './transport.js'

/** How to submit one file. */
export interface SubmitRequest {
  /** Its extension decides what the service does. */
  readonly fileName: string
  /** The service's own options, see `schema`. */
  readonly options?: Readonly<Record<string, unknown>> | undefined
  /** The same key for the same file makes one job of a submit that was sent twice, where the service knows of such keys. */
  readonly idempotencyKey?: string | undefined
  readonly webhook?: Webhook | undefined
  readonly signal?: AbortSignal | undefined
}

/** Who is told when the job ends. */
export interface Webhook {
  readonly url: string
  readonly secret: string
  readonly events?: readonly ('succeeded' | 'failed')[] | undefined
}

/** How to submit a file that the service fetches by itself. */
export interface SubmitUrlRequest {
  /** Extension without its dot. */
  readonly sourceFormat: string
  readonly idempotencyKey?: string | undefined
  readonly signal?: AbortSignal | undefined
}

export interface DownloadRequest {
  /** Most bytes that are of use. */
  readonly mostBytes?: number | undefined
  readonly signal?: AbortSignal | undefined
}

interface Call {
  readonly signal?: AbortSignal | undefined
}

/** Single requests to the service, each sent once. All throw {@link RequestFailedError}, or the signal's reason. */
export interface ServiceClient {
  submit(upload: Upload, request: SubmitRequest): Promise<Submitted>
  submitUrl(inputUrl: string, request: SubmitUrlRequest): Promise<Submitted>
  status(id: string, call?: Call): Promise<JobState>
  download(id: string, request?: DownloadRequest): Promise<Uint8Array>
  /** Asks for the end of a job; `status` tells when it has come. */
  cancel(id: string, call?: Call): Promise<void>
  /** Removes an ended job and its output from the service. */
  delete(id: string, call?: Call): Promise<void>
  /** All compressors, with costs and limits, as the service describes them. */
  compressors(call?: Call): Promise<Outside>
  /** A JSON Schema of the options, of all formats or one. */
  schema(format?: string, call?: Call): Promise<Outside>
  /** @param size In bytes; without it the least that any file costs. */
  estimate(format: string, size?: number, call?: Call): Promise<Estimate>
  entitlements(call?: Call): Promise<Entitlements>
  /** Whether the service said that it knows repeated submits by their key; learnt from its answers. */
  readonly knowsRepeats: boolean
  /** Ends all connections; may be used again afterwards. */
  close(): Promise<void>
}

export interface ServiceClientOptions {
  readonly url: URL
  readonly key: Secret
  readonly clocks?: Partial<Clocks> | undefined
}

// Real answers have a few KiB; the list of all compressors and schemas may have some more.
const mostJsonBytes = 2 ** 20
const mostFileBytes = 2 ** 30
// A feature that the public documents do not mention, so that it counts only where it is announced.
const featureHeader = 'x-fast-features'

export function createServiceClient({ url, key, clocks }: ServiceClientOptions): ServiceClient {
  const transport = createTransport({ url, key, clocks: { ...defaultClocks, ...clocks } })
  let knowsRepeats = false

  return {
    async submit(upload, { fileName, options, idempotencyKey, webhook, signal }) {
      const fields = [...optionFields(options), ...webhookFields(webhook)]
      const body = multipartBody(fields, plainName(fileName), upload)
      const headers = keyHeader(idempotencyKey)
      return read(
        'submit',
        await ask('submit', { method: 'POST', path: '/compress', headers, body, ...json, signal }),
        parseSubmitted,
      )
    },
    async submitUrl(inputUrl, { sourceFormat, idempotencyKey, signal }) {
      const text = Buffer.from(JSON.stringify({ inputUrl, sourceFormat }))
      const chunks = async function* () {
        yield text
      }
      const body = { type: 'application/json', length: text.byteLength, chunks }
      const headers = keyHeader(idempotencyKey)
      return read(
        'submit',
        await ask('submit', { method: 'POST', path: '/compress', headers, body, ...json, signal }),
        parseSubmitted,
      )
    },
    async status(id, call) {
      return read('status', await ask('status', { method: 'GET', path: jobPath(id), ...json, ...call }), parseJob)
    },
    async download(id, { mostBytes = mostFileBytes, signal } = {}) {
      const path = `${jobPath(id)}/download`
      return (await ask('download', { method: 'GET', path, mostBytes: Math.max(mostBytes, 64 * 1024), signal })).bytes
    },
    async cancel(id, call) {
      await ask('cancel', { method: 'POST', path: `${jobPath(id)}/cancel`, ...json, ...call })
    },
    async delete(id, call) {
      await ask('delete', { method: 'DELETE', path: jobPath(id), ...json, ...call })
    },
    compressors: async (call) => read('discovery', await discover('/compress/compressors', call), parseOutside),
    async schema(format, call) {
      const path = format === undefined ? '/compress/schema' : `/compress/schema/${encodeURIComponent(format)}`
      return read('discovery', await discover(path, call), parseOutside)
    },
    async estimate(format, size, call) {
      const query = size === undefined ? '' : `?fileSizeBytes=${size}`
      return read(
        'discovery',
        await discover(`/compress/estimate/${encodeURIComponent(format)}${query}`, call),
        parseEstimate,
      )
    },
    entitlements: async (call) =>
      read('discovery', await discover('/compress/entitlements/me', call), parseEntitlements),
    get knowsRepeats() {
      return knowsRepeats
    },
    close: () => transport.close(),
  }

  function discover(path: string, call: Call | undefined): Promise<HttpAnswer> {
    return ask('discovery', { method: 'GET', path, ...json, ...call })
  }

  async function ask(endpoint: Endpoint, request: HttpRequest): Promise<HttpAnswer> {
    const answer = await transport.send(request).catch((error: unknown) => {
      throw error instanceof TransportError ? lostRequest(endpoint, error) : error
    })
    knowsRepeats ||= (answer.header(featureHeader) ?? '').split(/\s*,\s*/).includes('idempotency-key')
    if (answer.status >= 200 && answer.status < 300) return answer
    throw refusedRequest(endpoint, answer, Date.now())
  }
}

const json = { mostBytes: mostJsonBytes }

function read<T>(endpoint: Endpoint, answer: HttpAnswer, parse: (bytes: Uint8Array) => T | undefined): T {
  const parsed = parse(answer.bytes)
  if (parsed === undefined) throw unreadableAnswer(endpoint, answer)
  return parsed
}

function jobPath(id: string): string {
  // Ids come from the service, and must not lead to other paths of it.
  if (!isJobId(id)) throw new TypeError('A job id is made of letters, digits, dashes and underscores.')
  return `/compress/job/${id}`
}

function keyHeader(key: string | undefined): Record<string, string> {
  return key === undefined ? {} : { 'idempotency-key': key }
}

function optionFields(options: SubmitRequest['options']): Field[] {
  if (options === undefined) return []
  return [{ name: 'options', value: JSON.stringify({ _schemaVersion: 1, ...objectOf(options) }) }]
}

function webhookFields(webhook: Webhook | undefined): Field[] {
  if (!webhook) return []
  const { url, secret, events } = webhook
  const fields = [
    { name: 'webhookUrl', value: url },
    { name: 'webhookSecret', value: secret },
  ]
  return events ? [...fields, { name: 'webhookEvents', value: events.join(',') }] : fields
}

/** A name that needs no escapes; the service looks at its extension only. */
function plainName(name: string): string {
  return name.replace(/[^\w.-]+/g, '_').slice(-120) || 'file'
}
