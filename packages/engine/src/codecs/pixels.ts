import type { SharpOptions } from 'sharp'
import { UnreadableError } from './codec.js'
import { open } from './sharp.js'

/** Raw 8-bit pixels, row by row. */
export interface Pixels {
  readonly data: Uint8Array
  readonly width: number
  /** Of all frames below each other when the picture is animated. */
  readonly height: number
  readonly channels: 3 | 4
}

/**
 * All pixels as 8-bit RGB or RGBA, colour numbers as stored.
 *
 * @throws {UnreadableError} on anything a decoder even warns about.
 */
export async function decode(bytes: Uint8Array, options: SharpOptions = {}): Promise<Pixels> {
  try {
    const image = open(bytes, options).toColourspace('srgb').raw({ depth: 'uchar' })
    const { data, info } = await image.toBuffer({ resolveWithObject: true })
    const { width, height, channels } = info
    if (channels !== 3 && channels !== 4) throw new Error(`${channels} channels`)
    // A plain array: a Buffer's slice() would share what a filter is about to change.
    return { data: new Uint8Array(data.buffer, data.byteOffset, data.length), width, height, channels }
  } catch (error) {
    throw new UnreadableError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

/** What was decoded, for as long as somebody holds the bytes. */
const decoded = new WeakMap<Uint8Array, Promise<Pixels>>()

/**
 * The same for bytes that are a file in the making: the codec and the check after it ask for the source, and both look
 * at what may ship. No one changes the bytes or the pixels. Whether it is animated is the file's, so it is always asked
 * for in the same way.
 *
 * @throws {UnreadableError} as {@link decode}.
 */
export function decodeOnce(bytes: Uint8Array, animated = false): Promise<Pixels> {
  const known = decoded.get(bytes)
  if (known !== undefined) return known
  const pixels = decode(bytes, { animated })
  decoded.set(bytes, pixels)
  return pixels
}

/** The rectangle's pixels; it must lie inside. */
export function crop(image: Pixels, left: number, top: number, width: number, height: number): Pixels {
  const { channels } = image
  const data = new Uint8Array(width * height * channels)
  for (let y = 0; y < height; y += 1) {
    const from = ((top + y) * image.width + left) * channels
    data.set(image.data.subarray(from, from + width * channels), y * width * channels)
  }
  return { data, width, height, channels }
}

/** One frame of an animation decoded as a tall picture. */
export function frameOf(image: Pixels, index: number, frames: number): Pixels {
  const height = image.height / frames
  const size = image.width * height * image.channels
  return { ...image, height, data: image.data.subarray(index * size, (index + 1) * size) }
}

/** Whether any pixel lets the background through. */
export function isTransparent({ data, channels }: Pixels): boolean {
  if (channels === 3) return false
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 255) return true
  return false
}

/** The same picture with four channels. */
export function withAlpha(image: Pixels): Pixels {
  if (image.channels === 4) return image
  const count = image.width * image.height
  const data = new Uint8Array(count * 4).fill(255)
  for (let i = 0; i < count; i += 1) {
    data[i * 4] = image.data[i * 3] ?? 0
    data[i * 4 + 1] = image.data[i * 3 + 1] ?? 0
    data[i * 4 + 2] = image.data[i * 3 + 2] ?? 0
  }
  return { ...image, data, channels: 4 }
}

/** The same picture without an alpha channel that says nothing, which makes scoring twice as fast. */
export function withoutIdleAlpha(image: Pixels): Pixels {
  if (image.channels === 3 || isTransparent(image)) return image
  const count = image.width * image.height
  const data = new Uint8Array(count * 3)
  for (let i = 0; i < count; i += 1) {
    data[i * 3] = image.data[i * 4] ?? 0
    data[i * 3 + 1] = image.data[i * 4 + 1] ?? 0
    data[i * 3 + 2] = image.data[i * 4 + 2] ?? 0
  }
  return { ...image, data, channels: 3 }
}

/** Whether two pictures show the same: equal size, and every pixel equal or invisible in both. */
export function samePixels(a: Pixels, b: Pixels): boolean {
  if (a.width !== b.width || a.height !== b.height) return false
  const left = withAlpha(a).data
  const right = withAlpha(b).data
  if (Buffer.compare(left, right) === 0) return true
  for (let i = 0; i < left.length; i += 4) {
    if (left[i + 3] !== right[i + 3]) return false
    if (left[i + 3] === 0) continue
    if (left[i] !== right[i] || left[i + 1] !== right[i + 1] || left[i + 2] !== right[i + 2]) return false
  }
  return true
}

/** Largest mean difference of alpha that still counts as kept, in levels of 255. */
const ALPHA_MEAN = 2

/** Largest share of pixels whose alpha may differ by more than a quarter of the range. */
const ALPHA_OUTLIERS = 0.002

/** Whether transparency means the same: an opaque picture stays opaque, soft edges stay where they are. */
export function sameAlpha(source: Pixels, result: Pixels): boolean {
  const seeThrough = isTransparent(source)
  if (!seeThrough && !isTransparent(result)) return true
  if (!seeThrough) return false
  const a = withAlpha(source).data
  const b = withAlpha(result).data
  let sum = 0
  let outliers = 0
  for (let i = 3; i < a.length; i += 4) {
    const difference = Math.abs((a[i] ?? 0) - (b[i] ?? 0))
    sum += difference
    if (difference > 64) outliers += 1
  }
  const count = a.length / 4
  return sum / count <= ALPHA_MEAN && outliers / count <= ALPHA_OUTLIERS
}
