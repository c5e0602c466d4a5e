import { deflateSync, inflateSync } from 'node:zlib'
import { losslessCompressPng } from '@napi-rs/image'
import { attempt } from '../codecs/codec.js'
import { concatBytes, u32be } from '../inspect/bytes.js'
import type { Effort } from '../types.js'
import { dropFirstByte } from './drop-first-byte.js'
import { SAME_LAYOUT, unwrapPng, wrapPng } from './png-container.js'

/** A zlib stream of these bytes, as small as zlib makes it. */
export function deflate(data: Uint8Array): Uint8Array {
  return deflateSync(data, { level: 9, memLevel: 9 })
}

/** Less than this leaves an encoder no choice. */
const LEAST = 256

/** More would take longer than it is worth. */
const MOST = 32 * 2 ** 20

/**
 * The smallest zlib stream at hand: libdeflate's, 2 to 10 % below zlib's for fonts and text. It is part of the PNG
 * encoder, so the bytes go there as one row of pixels, and the row's filter type is taken off again.
 */
export async function deflateBest(data: Uint8Array, effort: Effort): Promise<Uint8Array> {
  const plain = deflate(data)
  if (effort === 'fast' || data.length < LEAST || data.length > MOST) return plain
  const tight = await attempt(() => deflateRow(data))
  return tight !== null && tight.length < plain.length && holds(tight, data) ? tight : plain
}

/** zlib's effort where time counts: a twelfth of the best one's time for pixels, and 6 % more bytes. */
const QUICK_LEVEL = 6

/** libdeflate's stream without zlib's beside it, which takes two thirds of the time and is hardly ever smaller for pixels. */
export async function deflatePixels(data: Uint8Array, effort: Effort): Promise<Uint8Array> {
  if (effort === 'max') return deflateBest(data, effort)
  if (effort === 'fast') return deflateSync(data, { level: QUICK_LEVEL, memLevel: 9 })
  const tight = data.length < LEAST || data.length > MOST ? null : await attempt(() => deflateRow(data))
  return tight !== null && holds(tight, data) ? tight : deflate(data)
}

async function deflateRow(data: Uint8Array): Promise<Uint8Array | null> {
  const row = wrapPng({ data, width: data.length, height: 1, bits: 8, components: 1 })
  const png = unwrapPng(new Uint8Array(await losslessCompressPng(row, { ...SAME_LAYOUT, filter: [0] })))
  if (png === null || png.bits !== 8 || png.colourType !== 0) return null
  const body = dropFirstByte(png.data.subarray(2, -4))
  return body === null ? null : concatBytes([png.data.subarray(0, 2), body, u32be(adler32(data))])
}

function holds(stream: Uint8Array, data: Uint8Array): boolean {
  return Buffer.compare(inflateSync(stream, { maxOutputLength: data.length + 1 }), data) === 0
}

/** zlib's checksum (RFC 1950). */
function adler32(data: Uint8Array): number {
  let a = 1
  let b = 0
  // Sums of as many bytes stay below 2^32.
  for (let start = 0; start < data.length; start += 5552) {
    for (const byte of data.subarray(start, start + 5552)) {
      a += byte
      b += a
    }
    a %= 65_521
    b %= 65_521
  }
  return b * 65_536 + a
}
