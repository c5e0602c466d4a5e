import { BrokenImageError } from './broken.js'
import { hasText } from './bytes.js'
import { Reader } from './reader.js'
import type { RiffChunk } from './riff.js'

/** One coded picture of a WebP, told by its bitstream header. */
export interface WebpPicture {
  readonly width: number
  readonly height: number
  readonly alpha: boolean
  readonly lossless: boolean
}

/** The picture among these chunks: `VP8L`, or `VP8 ` with `ALPH` before it. @throws BrokenImageError without one */
export function readPicture(chunks: readonly RiffChunk[]): WebpPicture {
  const lossless = chunks.find((chunk) => chunk.type === 'VP8L')
  if (lossless) return readVp8l(lossless.data)
  const lossy = chunks.find((chunk) => chunk.type === 'VP8 ')
  if (!lossy) throw new BrokenImageError('webp', 'no picture')
  return { ...readVp8(lossy.data), alpha: chunks.some((chunk) => chunk.type === 'ALPH'), lossless: false }
}

/** Key frame header (RFC 6386, 9.1): a frame tag of 3 bytes, a start code, two sides of 14 bits. */
function readVp8(data: Uint8Array): { width: number; height: number } {
  const reader = new Reader(data, 'webp')
  const tag = reader.u24le()
  if (tag & 1 || !hasText(data, '\x9d\x01\x2a', 3)) throw reader.broken('a picture that is no key frame')
  reader.skip(3)
  const size = { width: reader.u16le() & 0x3fff, height: reader.u16le() & 0x3fff }
  if (size.width === 0 || size.height === 0) throw reader.broken('no pixels')
  // The other bits of the tag are the size of the first partition, behind this header.
  if (tag >>> 5 > reader.left) throw reader.broken('a picture that is cut short')
  return size
}

/** Signature, two sides less one of 14 bits, one bit for alpha, three for the version (RFC 9649, 3.4). */
function readVp8l(data: Uint8Array): WebpPicture {
  const reader = new Reader(data, 'webp')
  if (reader.u8() !== 0x2f) throw reader.broken('a lossless picture without signature')
  const bits = reader.u32le()
  if (bits >>> 29 !== 0) throw reader.broken('an unknown version')
  return {
    width: (bits & 0x3fff) + 1,
    height: ((bits >>> 14) & 0x3fff) + 1,
    alpha: ((bits >>> 28) & 1) === 1,
    lossless: true,
  }
}
