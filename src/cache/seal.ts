import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import type { Secret } from '../util/secret.js'
import type { Verdict } from './cache.js'

/*
 * What lies in a shared store is a result and the proof of who made it, for what:
 *
 *   offset  length
 *        0       8  magic, "cfshare" and a line feed
 *        8       4  length H of the header, big endian
 *       12       H  header: fields in a fixed order, each its length (4 bytes, big endian) and its text (UTF-8)
 *     12+H      32  HMAC-SHA256 over everything before
 *     44+H    size  the compressed bytes; none for "no gain"
 *
 * The bytes are covered by their digest and size in the header. Lengths come first, so no two headers are spelled alike.
 */

/** Named in each header, so that a signature says what it is for and of which form. */
const schema = 'compress-fast/shared-result@1'

/** What an entry is an answer to. */
export interface Address {
  /** Whose results these are, see `namespaceOf`. */
  readonly namespace: string
  readonly key: string
}

/** The name of an entry in any store. */
export function nameOf({ namespace, key }: Address): string {
  return `${namespace}/${key}`
}

/** Why an entry is not taken. */
export type SealFault = 'garbage' | 'truncated' | 'signature' | 'other-namespace' | 'other-key' | 'length' | 'digest'

/** A header whose signature is right. */
export interface Sealed {
  readonly verdict:
    | { readonly gain: true; readonly digest: string; readonly quality: number | null }
    | { readonly gain: false; readonly reason: string }
  /** Bytes of the result. */
  readonly size: number
  /** Where they begin. */
  readonly payloadAt: number
}

const magic = Buffer.from('cfshare\n', 'latin1')
const preamble = magic.byteLength + 4
const macLength = 32
// Real headers have about 300 bytes, and a reason is an engine's word.
const longestHeader = 4096

/** Bytes by which an entry may be larger than its result. */
export const sealOverhead: number = preamble + longestHeader + macLength

/**
 * A result with its signature. `undefined` for one whose reason is too long to travel.
 * @param secret Only who knows it can make one that is accepted.
 */
export function seal(verdict: Verdict, { namespace, key }: Address, secret: Secret): Uint8Array | undefined {
  const bytes = verdict.gain ? verdict.bytes : new Uint8Array()
  const said = verdict.gain
    ? ['gain', verdict.digest, verdict.quality === null ? '' : String(verdict.quality)]
    : ['no gain', '', verdict.reason]
  const header = frame([schema, namespace, key, ...said, String(bytes.byteLength)])
  if (header.byteLength > longestHeader) return undefined
  const length = Buffer.alloc(4)
  length.writeUInt32BE(header.byteLength)
  const signed = Buffer.concat([magic, length, header])
  return Buffer.concat([signed, macOf(signed, secret), bytes])
}

/** The result in an entry, once all of it has proven itself. */
export function unseal(
  entry: Uint8Array,
  address: Address,
  secrets: readonly Secret[],
): { readonly verdict: Verdict } | { readonly fault: SealFault } {
  const sealed = openSeal(entry, address, secrets)
  if ('fault' in sealed) return sealed
  const { verdict, size, payloadAt } = sealed
  if (size !== entry.byteLength - payloadAt) return { fault: 'length' }
  if (!verdict.gain) return { verdict }
  // A copy, as what came over a network may be a part of something larger, which it would keep in memory.
  const bytes = new Uint8Array(entry.subarray(payloadAt))
  return hash('sha256', bytes) === verdict.digest ? { verdict: { ...verdict, bytes } } : { fault: 'digest' }
}

/** Looks at the beginning of an entry: who made it, and for what. Nothing in it is read before its signature is right. */
export function openSeal(
  head: Uint8Array,
  { namespace, key }: Address,
  secrets: readonly Secret[],
): Sealed | { readonly fault: SealFault } {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength)
  if (bytes.byteLength < preamble) return { fault: 'truncated' }
  if (!bytes.subarray(0, magic.byteLength).equals(magic)) return { fault: 'garbage' }
  const headerLength = bytes.readUInt32BE(magic.byteLength)
  if (headerLength > longestHeader) return { fault: 'garbage' }
  const signedLength = preamble + headerLength
  const payloadAt = signedLength + macLength
  if (bytes.byteLength < payloadAt) return { fault: 'truncated' }
  const [signed, mac] = [bytes.subarray(0, signedLength), bytes.subarray(signedLength, payloadAt)]
  if (!secrets.some((secret) => timingSafeEqual(macOf(signed, secret), mac))) return { fault: 'signature' }
  const fields = unframe(bytes.subarray(preamble, signedLength))
  if (fields === undefined || fields.length !== 7 || fields[0] !== schema) return { fault: 'garbage' }
  const [, space, name, gain, digest, text, size] = fields
  if (space !== namespace) return { fault: 'other-namespace' }
  if (name !== key) return { fault: 'other-key' }
  const verdict = verdictOf(gain, digest, text)
  if (verdict === undefined || !/^\d{1,15}$/.test(size ?? '')) return { fault: 'garbage' }
  if (!verdict.gain && size !== '0') return { fault: 'length' }
  return { verdict, size: Number(size), payloadAt }
}

function verdictOf(gain: string | undefined, digest = '', text = ''): Sealed['verdict'] | undefined {
  if (gain === 'no gain') return { gain: false, reason: text }
  const quality = text === '' ? null : Number(text)
  return gain === 'gain' && !Number.isNaN(quality) ? { gain: true, digest, quality } : undefined
}

function macOf(bytes: Uint8Array, secret: Secret): Buffer {
  return createHmac('sha256', secret.reveal()).update(bytes).digest()
}

function frame(fields: readonly string[]): Buffer {
  return Buffer.concat(
    fields.flatMap((field) => {
      const text = Buffer.from(field)
      const length = Buffer.alloc(4)
      length.writeUInt32BE(text.byteLength)
      return [length, text]
    }),
  )
}

/** `undefined` when the lengths do not add up. */
function unframe(bytes: Buffer): string[] | undefined {
  const fields: string[] = []
  let at = 0
  while (at < bytes.byteLength) {
    if (at + 4 > bytes.byteLength) return undefined
    const end = at + 4 + bytes.readUInt32BE(at)
    if (end > bytes.byteLength) return undefined
    fields.push(bytes.toString('utf8', at + 4, end))
    at = end
  }
  return fields
}
