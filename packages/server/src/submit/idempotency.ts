import { createHash } from 'node:crypto'
import { ApiError } from '../errors.js'

/** @throws {ApiError} when the header is there and cannot be a key. */
export function parseIdempotencyKey(header: string | readonly string[] | undefined): string | undefined {
  if (header === undefined) return undefined
  if (typeof header === 'string' && /^[\x21-\x7e]{1,255}$/.test(header)) return header
  throw new ApiError('idempotency.invalid_key', '`Idempotency-Key` has 1 to 255 printable ASCII characters, no spaces.')
}

/** Digest over what was asked for; members in a fixed order, whatever order they came in. */
export function fingerprint(asked: Readonly<Record<string, unknown>>): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(asked)))
    .digest('hex')
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, member]) => [name, sorted(member)]))
}
