import { Agent } from 'undici'
import { collect, TooLargeError } from '../util/bounded.js'
import { plainWords } from '../util/connection-words.js'
import { RemoteError } from '../util/remote-error.js'

export interface HttpRequest {
  readonly method: 'GET' | 'PUT'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  /** Most bytes of an answer that are read. */
  readonly mostBytes: number
  readonly signal: AbortSignal
}

export interface HttpAnswer {
  readonly status: number
  /** Those of a success; of other answers nothing is of interest. */
  readonly bytes: Uint8Array
}

/** Single requests: no retries, no redirects, nothing unpacked, nothing read without end. */
export interface HttpClient {
  /** @throws {RemoteError} when no complete answer came. */
  send(request: HttpRequest): Promise<HttpAnswer>
  close(): Promise<void>
}

const connectMs = 4000
const mostHeaderBytes = 16 * 1024
// What is read of an error's page so that its connection can be used again.
const mostErrorBytes = 16 * 1024

/** Enough for what is said of a put. */
export const mostAnswerBytes: number = mostErrorBytes

export function createHttpClient(): HttpClient {
  const connect = { timeout: connectMs }
  const agent = new Agent({ connect, headersTimeout: 0, bodyTimeout: 0, maxHeaderSize: mostHeaderBytes })
  return { send, close: () => agent.destroy() }

  async function send({ method, url, headers, body, mostBytes, signal }: HttpRequest): Promise<HttpAnswer> {
    try {
      const answer = await agent.request({
        origin: url.origin,
        path: url.pathname,
        method,
        headers: { 'user-agent': 'unplugin-compress-fast', 'accept-encoding': 'identity', ...headers },
        body: body ?? null,
        signal,
      })
      if (answer.statusCode !== 200) {
        await answer.body.dump({ limit: mostErrorBytes })
        return { status: answer.statusCode, bytes: new Uint8Array() }
      }
      const bytes = await collect(answer.body, mostBytes)
      if ((answer.headers['content-encoding'] ?? 'identity') !== 'identity') {
        throw new RemoteError('entry', 'it is packed, which was not asked for')
      }
      return { status: answer.statusCode, bytes }
    } catch (error) {
      if (error instanceof RemoteError) throw error
      if (error instanceof TooLargeError) throw new RemoteError('entry', 'it is larger than its source')
      throw new RemoteError('outage', plainWords(error))
    }
  }
}
