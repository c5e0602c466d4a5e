import { CompressionError } from '../errors.js'
import { parseRefusal } from './protocol.js'
import { type Endpoint, type Failure, parseRetryAfter } from './retry.js'
import type { HttpAnswer, TransportError } from './transport.js'

/** A request to the service that did not bring what it should. */
export class RequestFailedError extends CompressionError {
  override readonly name = 'RequestFailedError'
  readonly code = 'REQUEST_FAILED'
  readonly scope = 'asset'
  readonly endpoint: Endpoint
  readonly failure: Failure

  constructor(endpoint: Endpoint, failure: Failure, message: string, cause?: unknown) {
    super(message, { cause })
    this.endpoint = endpoint
    this.failure = failure
  }
}

/** What it means that no complete answer came. */
export function lostRequest(endpoint: Endpoint, error: TransportError): RequestFailedError {
  const kind = error.isSent || error.isAnswered ? 'lost' : 'unsent'
  return new RequestFailedError(endpoint, { kind }, error.message, error)
}

/** What an answer with another status than a success means. */
export function refusedRequest(endpoint: Endpoint, answer: HttpAnswer, now: number): RequestFailedError {
  const { status } = answer
  const { code, detail, isRetryable } = parseRefusal(answer.bytes)
  const askedMs = parseRetryAfter(answer.header('retry-after'), answer.header('date'), now)
  const words = [`it answers with status ${status}`, code, detail].filter((word) => word !== null)
  return new RequestFailedError(endpoint, { kind: 'refused', status, code, askedMs, isRetryable }, words.join(', '))
}

/** What a success means that does not read like one: a login page of a network, another service at this address. */
export function unreadableAnswer(endpoint: Endpoint, answer: HttpAnswer): RequestFailedError {
  const type = answer.header('content-type')?.split(';')[0] ?? 'no type'
  const what = /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : 'something else'
  return new RequestFailedError(
    endpoint,
    { kind: 'unreadable' },
    `it answers with ${what} that is not what was asked for`,
  )
}
