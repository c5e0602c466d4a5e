import http, { type IncomingMessage, type RequestOptions } from 'node:http'
import https from 'node:https'
import { isIP } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { ResolvedAddress } from '../options.js'
import type { Network } from '../resolve-options.js'
import { isPublicAddress } from './public-address.js'
import { isInRanges } from './ranges.js'

/** Why an address is not asked, or gave no answer. */
export type RefusalReason = 'invalid' | 'scheme' | 'port' | 'private' | 'dns' | 'connection' | 'timeout'

/** An address outside could not, or must not, be asked. The message is meant for whoever named the address. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
  readonly reason: RefusalReason

  constructor(reason: RefusalReason, message: string, cause?: unknown) {
    super(message, { cause })
    this.reason = reason
  }
}

export interface Outgoing {
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Milliseconds without a byte. */
  readonly idleMs: number
  readonly signal: AbortSignal
}

/**
 * Asks an address outside. The name is looked up once, every address found must be allowed, and the connection goes to
 * an address that was looked at, never to the name again. No redirects, no proxies, no kept connections.
 *
 * @throws {RefusedError}
 */
export async function requestOutside(url: URL, network: Network, outgoing: Outgoing): Promise<IncomingMessage> {
  const { address } = await findAddress(url, network)
  const { method, headers, body, idleMs, signal } = outgoing
  const secure = url.protocol === 'https:'
  const host = hostOf(url)
  const options: RequestOptions & https.RequestOptions = {
    method,
    host: address,
    port: portOf(url),
    path: `${url.pathname}${url.search}`,
    headers: { ...headers, host: url.host, 'accept-encoding': 'identity' },
    agent: false,
    signal,
    ...(secure && isIP(host) === 0 && { servername: host.replace(/\.$/, '') }),
    ...(secure && network.ca !== undefined && { ca: network.ca }),
  }
  return new Promise((resolve, reject) => {
    const request = (secure ? https : http).request(options, resolve)
    request.setTimeout(idleMs, () => request.destroy(new RefusedError('timeout', `${url.host} took too long`)))
    request.once('error', (error) => reject(toRefusal(error, url, signal)))
    request.end(body)
  })
}

/** Reads an answer up to so many bytes, and hangs up. */
export async function readSome(response: IncomingMessage, most: number): Promise<Buffer> {
  let left = most
  async function* head(): AsyncGenerator<Buffer> {
    for await (const chunk of response) {
      yield chunk.subarray(0, left)
      left -= chunk.length
      if (left <= 0) return
    }
  }
  try {
    return await buffer(head())
  } finally {
    response.destroy()
  }
}

/** @throws {RefusedError} unless everything the address stands for may be reached. */
async function findAddress(url: URL, network: Network): Promise<ResolvedAddress> {
  if (url.protocol !== 'https:' && !(network.allowHttp && url.protocol === 'http:')) {
    throw new RefusedError('scheme', 'the address must begin with https://')
  }
  if (url.username !== '' || url.password !== '') {
    throw new RefusedError('invalid', 'the address must not hold a user name or password')
  }
  const port = portOf(url)
  if (!network.ports.has(port)) throw new RefusedError('port', `port ${port} is not open to this server`)
  const found = await resolve(hostOf(url), network)
  const [first] = found
  if (first === undefined) throw new RefusedError('dns', `${url.hostname} has no address`)
  if (found.every(({ address }) => isPublicAddress(address) || isInRanges(address, network.allow))) return first
  throw new RefusedError('private', `${url.hostname} stands for a private or reserved address`)
}

async function resolve(host: string, network: Network): Promise<readonly ResolvedAddress[]> {
  const family = isIP(host)
  if (family !== 0) return [{ address: host, family: family === 6 ? 6 : 4 }]
  try {
    return await network.resolve(host)
  } catch (cause) {
    throw new RefusedError('dns', `${host} cannot be found`, cause)
  }
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '')
}

/** The port that an address means. */
export function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port)
  return protocol === 'https:' ? 443 : 80
}

function toRefusal(error: NodeJS.ErrnoException, { host }: URL, signal: AbortSignal): RefusedError {
  if (error instanceof RefusedError) return error
  if (signal.aborted) return new RefusedError('timeout', `${host} took too long`, error)
  return new RefusedError('connection', `${host} cannot be reached (${error.code ?? error.message})`, error)
}
