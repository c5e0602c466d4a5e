import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import ipaddr from 'ipaddr.js'
import { ApiError } from '../errors.js'
import { digestOfKey, isKeyShaped } from '../keys.js'
import type { JobStore } from '../store/store.js'
import type { Caller } from './exchange.js'

/** @throws {ApiError} the same for a missing, unknown and revoked key, and for a key used from elsewhere. */
export type Authenticate = (req: IncomingMessage) => Promise<Caller>

export function createAuthenticate(store: JobStore, { trustProxy }: { trustProxy: boolean }): Authenticate {
  return async (req) => {
    const text = req.headers['x-fast-api-key']
    if (typeof text !== 'string' || !isKeyShaped(text)) throw refusal()
    const digest = digestOfKey(text)
    const key = await store.keyByDigest(digest)
    if (key === undefined || key.revokedAt !== null) throw refusal()
    if (!timingSafeEqual(Buffer.from(key.digest), Buffer.from(digest))) throw refusal()
    if (!isAllowed(addressOf(req, trustProxy), key.allow)) throw refusal()
    return { key, accountId: key.accountId }
  }
}

function refusal(): ApiError {
  const detail = 'The key in X-Fast-Api-Key is missing or not valid, or may not be used from this address.'
  return new ApiError('api_key.invalid_or_ip_not_allowed', detail)
}

/** Who connected, or whom the proxy in front says it speaks for: the last address it added. */
function addressOf(req: IncomingMessage, trustProxy: boolean): string {
  const forwarded = req.headers['x-forwarded-for']
  const text = trustProxy && typeof forwarded === 'string' ? forwarded.split(',').at(-1)?.trim() : undefined
  return text ?? req.socket.remoteAddress ?? ''
}

/** Whether an address lies in one of the given addresses and ranges, or none are given. */
function isAllowed(address: string, allow: readonly string[]): boolean {
  if (allow.length === 0) return true
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.process(address)
  return allow.some((range) => {
    const [network, bits] = parseRange(range)
    return network.kind() === parsed.kind() && parsed.match(network, bits)
  })
}

/**
 * An address or a CIDR range.
 * @throws when it is neither.
 */
export function parseRange(text: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  if (text.includes('/')) return ipaddr.parseCIDR(text)
  const address = ipaddr.process(text)
  return [address, address.kind() === 'ipv4' ? 32 : 128]
}
