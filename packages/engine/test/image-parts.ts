import { crc32 } from 'node:zlib'
import sharp, { type Sharp } from 'sharp'

/** Writers of single parts, apart from those under test, and small pictures made by a real encoder. */

export const ascii = (text: string): Buffer => Buffer.from(text, 'latin1')

export const be32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

export const le32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

export const jpegSegment = (marker: number, ...content: readonly (Uint8Array | string)[]): Buffer => {
  const data = Buffer.concat(content.map((part) => (typeof part === 'string' ? ascii(part) : part)))
  return Buffer.concat([Buffer.of(0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 255), data])
}

/** Puts segments right behind the start marker. */
export const withSegments = (jpeg: Uint8Array, ...segments: readonly Uint8Array[]): Buffer =>
  Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)])

export const pngChunk = (type: string, ...content: readonly (Uint8Array | string)[]): Buffer => {
  const body = Buffer.concat([ascii(type), ...content.map((part) => (typeof part === 'string' ? ascii(part) : part))])
  return Buffer.concat([be32(body.length - 4), body, be32(crc32(body))])
}

/** Puts chunks right behind IHDR. */
export const withChunks = (png: Uint8Array, ...chunks: readonly Uint8Array[]): Buffer =>
  Buffer.concat([png.subarray(0, 33), ...chunks, png.subarray(33)])

export const riffChunk = (type: string, data: Uint8Array): Buffer =>
  Buffer.concat([ascii(type), le32(data.length), data, Buffer.alloc(data.length & 1)])

export const webp = (...chunks: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat([ascii('WEBP'), ...chunks])
  return Buffer.concat([ascii('RIFF'), le32(body.length), body])
}

export const box = (type: string, ...content: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat([ascii(type), ...content])
  return Buffer.concat([be32(body.length + 4), body])
}

/** A gradient of 24 × 16, with an alpha channel when asked for. */
export const picture = (alpha = false): Sharp => {
  const channels = alpha ? 4 : 3
  const data = Buffer.from(Array.from({ length: 24 * 16 * channels }, (_, i) => (i * 7 + (i >> 6)) & 255))
  return sharp(data, { raw: { width: 24, height: 16, channels } })
}

/** Two pictures that alternate. */
export const moving = async (): Promise<Sharp> => {
  const frames = [await picture().png().toBuffer(), await picture().negate().png().toBuffer()]
  return sharp(frames, { join: { animated: true } })
}

/** Stored colour numbers, which metadata must never change; profiles are not applied. */
const pixels = (image: Uint8Array): Promise<Buffer> =>
  sharp(image, { animated: true, ignoreIcc: true }).raw().toBuffer()

/** Whether two images hold the same colour numbers. A failed comparison of buffers would print them all. */
export const samePixels = async (one: Uint8Array, other: Uint8Array): Promise<boolean> =>
  (await pixels(one)).equals(await pixels(other))

/** A generator of numbers from 0 up to 1 that a seed repeats (mulberry32). */
export const randomFrom = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** EXIF that tells dots per unit and, in the directory behind, how large that makes a picture. */
export const densityExif = (across: number, down: number, unit: number, ...size: readonly number[]): Buffer => {
  const be16 = (value: number): Buffer => Buffer.of(value >> 8, value & 255)
  const entry = (tag: number, type: number, value: Buffer): Buffer =>
    Buffer.concat([be16(tag), be16(type), be32(1), value, Buffer.alloc(4 - value.length)])
  const inner = [0xa002, 0xa003].flatMap((tag, i) => (size[i] === undefined ? [] : [entry(tag, 4, be32(size[i]))]))
  const values = 8 + 2 + 4 * 12 + 4
  const first = [
    entry(0x011a, 5, be32(values)),
    entry(0x011b, 5, be32(values + 8)),
    entry(0x0128, 3, be16(unit)),
    entry(0x8769, 4, be32(values + 16)),
  ]
  const rationals = [be32(across), be32(1), be32(down), be32(1)]
  const head = [ascii('MM\0*'), be32(8), be16(first.length), ...first, be32(0), ...rationals]
  return Buffer.concat([...head, be16(inner.length), ...inner, be32(0)])
}
