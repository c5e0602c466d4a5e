import { Readable } from 'node:stream'
import type { Agent } from 'undici'
import { collect } from '../util/bounded.js'
import { causeOf, plainWords } from '../util/connection-words.js'
import type { Secret } from '../util/secret.js'
import type { Body } from './multipart.js'
import { createWatch } from './watch.js'

/** Where requests go. */
export interface TransportOptions {
  /** An address that was checked (`checkAddress`). */
  readonly url: URL
  readonly key: Secret
  readonly clocks: Clocks
}

/** How long each part of a request may take, in milliseconds. */
export interface Clocks {
  readonly connectMs: number
  /** From the end of the question to the beginning of the answer. */
  readonly answerMs: number
  /** Within any such time at least `floorBytes` have to move, in either direction. */
  readonly windowMs: number
  readonly floorBytes: number
  /** All of it, for something small. */
  readonly totalMs: number
}

export const defaultClocks: Clocks = {
  connectMs: 10_000,
  answerMs: 30_000,
  windowMs: 10_000,
  floorBytes: 10 * 1024,
  totalMs: 60_000,
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Below the address, with a slash in front. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Body | undefined
  /** Most bytes that the answer may have. */
  readonly mostBytes: number
  readonly signal?: AbortSignal | undefined
}

export interface HttpAnswer {
  readonly status: number
  header(name: string): string | undefined
  readonly bytes: Uint8Array
}

/** A request that brought no complete answer. */
export class TransportError extends Error {
  override readonly name = 'TransportError'
  /** Whether the service can have acted on it: it was sent to its end. */
  readonly isSent: boolean
  /** Whether an answer had begun, of which there is too much or too little. */
  readonly isAnswered: boolean

  constructor(message: string, facts: { isSent: boolean; isAnswered: boolean; cause?: unknown }) {
    super(message, { cause: facts.cause })
    this.isSent = facts.isSent
    this.isAnswered = facts.isAnswered
  }
}

/** Single requests. No retries, no redirects, no unpacking: what those would hide is what we decide by. */
export interface Transport {
  /** @throws {TransportError}; the signal's reason once it aborts. */
  send(request: HttpRequest): Promise<HttpAnswer>
  /** Ends all connections; may be used again afterwards. */
  close(): Promise<void>
}

// Headers of a real answer have one or two KiB.
const mostHeaderBytes = 16 * 1024

export function createTransport({ url, key, clocks }: TransportOptions): Transport {
  let agents: Promise<{ readonly kept: Agent; readonly fresh: Agent }> | undefined
  return {
    send,
    async close() {
      const open = await agents
      agents = undefined
      await Promise.all([open?.kept.destroy(), open?.fresh.destroy()])
    },
  }

  /** Loaded late, as a build that finds everything in its cache has no use for it. */
  async function openAgents() {
    const { Agent } = await import('undici')
    const options = {
      connect: { timeout: clocks.connectMs },
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: mostHeaderBytes,
    }
    // What costs money goes over a connection of its own: one that was idle may be closed by the service in the very
    // moment that we use it again, and then nobody knows what became of the request.
    return { kept: new Agent(options), fresh: new Agent({ ...options, pipelining: 0 }) }
  }

  async function send(request: HttpRequest): Promise<HttpAnswer> {
    request.signal?.throwIfAborted()
    agents ??= openAgents()
    const { kept, fresh } = await agents
    const watch = createWatch(clocks, request.body?.length ?? 0, request.signal)
    const progress = { isSent: request.body === undefined, isAnswered: false }
    try {
      const answer = await (request.body ? fresh : kept).request({
        origin: url.origin,
        path: url.pathname.replace(/\/$/, '') + request.path,
        method: request.method,
        headers: headersOf(request),
        body: request.body ? Readable.from(watched(request.body), { objectMode: false }) : null,
        signal: watch.signal,
      })
      progress.isAnswered = true
      watch.answered(Number(answer.headers['content-length'] ?? 0))
      const bytes = await collect(answer.body, request.mostBytes, watch.moved)
      const encoding = answer.headers['content-encoding'] ?? 'identity'
      if (encoding !== 'identity') throw new Error('the answer is packed, which was not asked for')
      return { status: answer.statusCode, header: (name) => single(answer.headers[name]), bytes }
    } catch (cause) {
      request.signal?.throwIfAborted()
      throw new TransportError(watch.verdict() ?? plainWords(cause), { ...progress, cause: causeOf(cause) })
    } finally {
      watch.stop()
    }

    async function* watched(body: Body): AsyncGenerator<Uint8Array, void, undefined> {
      let left = body.length
      for await (const chunk of body.chunks()) {
        left -= chunk.byteLength
        // From the moment on that the last bytes are handed over.
        if (left <= 0) progress.isSent = true
        yield chunk
        watch.moved(chunk.byteLength)
      }
      watch.sent()
    }
  }

  function headersOf({ headers, body }: HttpRequest): Record<string, string> {
    return {
      'x-fast-api-key': key.reveal(),
      'user-agent': 'unplugin-compress-fast',
      'accept-encoding': 'identity',
      ...headers,
      ...(body && { 'content-type': body.type, 'content-length': String(body.length) }),
    }
  }
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}
