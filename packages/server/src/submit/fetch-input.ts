import type { IncomingMessage } from 'node:http'
import { ApiError, type ErrorCode } from '../errors.js'
import { type RefusalReason, RefusedError, requestOutside } from '../net/request.js'
import type { Network } from '../resolve-options.js'

const MOST_REDIRECTS = 3
const IDLE_MS = 30_000
const TOTAL_MS = 10 * 60_000

/**
 * Opens the file at an address. Each redirect is checked as the first address was.
 * @throws {ApiError} with an `url_fetch.` code.
 */
export async function fetchInput(text: string, network: Network, client: AbortSignal): Promise<IncomingMessage> {
  const signal = AbortSignal.any([client, AbortSignal.timeout(TOTAL_MS)])
  const outgoing = { method: 'GET', headers: { accept: '*/*' }, idleMs: IDLE_MS, signal } as const
  let url = parseUrl(text)
  for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
    const response = await requestOutside(url, network, outgoing).catch((error: unknown) => explain(error, client))
    const { statusCode = 0, headers } = response
    if (statusCode === 200) return response
    // Nothing of such an answer is of use, and its body may have no end.
    response.destroy()
    if (statusCode < 300 || statusCode > 399 || headers.location === undefined) throw httpError(statusCode)
    url = parseUrl(headers.location, url.href)
  }
  throw new ApiError('url_fetch.too_many_redirects', `The address leads on more than ${MOST_REDIRECTS} times.`)
}

function parseUrl(text: string, base?: string): URL {
  if (URL.canParse(text, base)) return new URL(text, base)
  throw new ApiError('url_fetch.invalid_url', '`inputUrl` is no address, or leads to none.')
}

function httpError(status: number): ApiError {
  const isRetryable = status >= 500 || status === 429 || status === 408
  return new ApiError('url_fetch.http_error', `The address answered ${status}.`, { fields: { isRetryable } })
}

const codes: Readonly<Record<RefusalReason, ErrorCode>> = {
  invalid: 'url_fetch.invalid_url',
  scheme: 'url_fetch.invalid_scheme',
  port: 'url_fetch.invalid_port',
  private: 'url_fetch.private_ip',
  dns: 'url_fetch.dns_failed',
  connection: 'url_fetch.connection_failed',
  timeout: 'url_fetch.timeout',
}

function explain(error: unknown, client: AbortSignal): never {
  // Whoever asked is gone, which is no fault of the address.
  if (client.aborted) throw new ApiError('request.incomplete', 'The connection ended before the file was fetched.')
  if (!(error instanceof RefusedError)) throw error
  throw new ApiError(codes[error.reason], `\`inputUrl\`: ${error.message}.`)
}
