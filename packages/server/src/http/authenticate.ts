import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { ApiError } from '../errors.js'
import { digestOfKey, isKeyShaped } from '../keys.js'
import { isInRanges } from '../net/ranges.js'
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
    if (key.allow.length > 0 && !isInRanges(addressOf(req, trustProxy), key.allow)) throw refusal()
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
