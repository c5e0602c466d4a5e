import {
  type Compressor,
  type Job,
  jsonIn,
  type Problem,
  parseCompressors,
  parseCredits,
  parseJob,
  parseProblem,
} from './parse.js'
import { explainProblem } from './words.js'

/** The server did not do what it was asked. The message says why, in words for people. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
  readonly status: number
  /** Milliseconds that the server wants to be left alone. */
  readonly retryAfterMs: number

  constructor(status: number, problem: Problem, retryAfterMs: number) {
    super(explainProblem(status, problem))
    this.status = status
    this.retryAfterMs = retryAfterMs
  }
}

/** The server did not answer. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError'

  constructor() {
    super('The server cannot be reached.')
  }
}

export interface Submission {
  readonly file: File
  readonly options: Readonly<Record<string, unknown>>
  /** The same for every try, so that a file is never paid for twice. */
  readonly idempotencyKey: string
  readonly signal: AbortSignal
  /** Takes how much is sent, from 0 to 1. */
  readonly onSent: (share: number) => void
}

/**
 * The server, asked with a key. All calls reject with `RefusedError`, with `UnreachableError`, or with the signal's reason.
 */
export interface Api {
  credits(): Promise<number>
  compressors(): Promise<Compressor[]>
  submit(submission: Submission): Promise<Job>
  job(id: string, signal: AbortSignal): Promise<Job>
  download(id: string, signal: AbortSignal): Promise<Blob>
  cancel(id: string): Promise<void>
}

export function createApi(key: string): Api {
  const headers = { 'X-Fast-Api-Key': key }

  async function ask(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await fetch(path, { ...init, headers, cache: 'no-store', redirect: 'error' }).catch(() => {
      init.signal?.throwIfAborted()
      throw new UnreachableError()
    })
    if (response.ok) return response
    throw refusal(response.status, await response.text(), response.headers.get('retry-after'))
  }
  const read = async (path: string, init?: RequestInit) => jsonIn(await (await ask(path, init)).text())

  return {
    credits: async () => parseCredits(await read('/compress/entitlements/me')),
    compressors: async () => parseCompressors(await read('/compress/compressors')),
    submit: (submission) => send(submission, headers),
    job: async (id, signal) => parseJob(await read(`/compress/job/${id}`, { signal })),
    async download(id, signal) {
      const response = await ask(`/compress/job/${id}/download`, { signal })
      return response.blob().catch(() => {
        signal.throwIfAborted()
        throw new UnreachableError()
      })
    },
    async cancel(id) {
      await ask(`/compress/job/${id}/cancel`, { method: 'POST' })
    },
  }
}

function refusal(status: number, body: string, retryAfter: string | null): RefusedError {
  return new RefusedError(status, parseProblem(body), Math.max(1, Number(retryAfter) || 1) * 1000)
}

/** Hands in a file. `fetch` does not tell how much of a body is sent; this older interface does. */
function send(
  { file, options, idempotencyKey, signal, onSent }: Submission,
  headers: Readonly<Record<string, string>>,
): Promise<Job> {
  const form = new FormData()
  form.set('options', JSON.stringify(options))
  form.set('file', file)
  const request = new XMLHttpRequest()
  const abort = () => request.abort()
  return new Promise<string>((resolve, reject) => {
    request.upload.addEventListener('progress', ({ loaded, total }) => onSent(total > 0 ? loaded / total : 0))
    request.addEventListener('load', () => {
      const { status, responseText } = request
      if (status !== 202) return reject(refusal(status, responseText, request.getResponseHeader('retry-after')))
      resolve(responseText)
    })
    request.addEventListener('error', () => reject(new UnreachableError()))
    request.addEventListener('abort', () => reject(signal.reason))
    signal.addEventListener('abort', abort)
    request.open('POST', '/compress')
    const all = { ...headers, 'Idempotency-Key': idempotencyKey }
    for (const [name, value] of Object.entries(all)) request.setRequestHeader(name, value)
    request.send(form)
  })
    .then((body) => parseJob(jsonIn(body)))
    .finally(() => signal.removeEventListener('abort', abort))
}
