import { BrokenImageError } from '../inspect/broken.js'
import type { Format } from '../types.js'
import { AmbiguousBitmapError } from './ambiguous.js'
import { compression, type Dib, rowSize } from './dib.js'
import { readRle } from './rle-read.js'

/** Pixels from the uppermost row down: red in the lowest byte, then green, blue, and alpha as far as there is any. */
export interface Bitmap {
  readonly width: number
  readonly height: number
  readonly words: Uint32Array
  /** What the bits behind red, green and blue say; `'unclear'` where readers disagree. */
  readonly alpha: 'none' | 'used' | 'unclear'
}

/** The palette as words. @throws BrokenImageError when it is cut short */
export function readPalette(bytes: Uint8Array, dib: Dib, format: Format): Uint32Array {
  const { paletteLength, entrySize } = dib
  if (paletteLength * entrySize > bytes.length) throw new BrokenImageError(format, 'a palette that is cut short')
  return Uint32Array.from({ length: paletteLength }, (_, i) => {
    const at = i * entrySize
    return opaque(bytes[at + 2] ?? 0, bytes[at + 1] ?? 0, bytes[at] ?? 0)
  })
}

/**
 * Decodes `height` rows.
 * @throws BrokenImageError when data is missing; AmbiguousBitmapError when pixels are left out or have no colour
 */
export function readPixels(data: Uint8Array, dib: Dib, height: number, palette: Uint32Array, format: Format): Bitmap {
  const { width, bits } = dib
  if (bits <= 8) {
    const isRle = dib.compression !== compression.none
    const indices = isRle ? readRle(data, width, height, bits) : readIndices(data, dib, height, format)
    return { width, height, words: colour(indices, palette), alpha: 'none' }
  }
  if (bits === 16) throw new AmbiguousBitmapError('five or six bits of a colour')
  return readColours(data, dib, height, format)
}

function opaque(red: number, green: number, blue: number): number {
  return (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0
}

function colour(indices: Uint8Array, palette: Uint32Array): Uint32Array {
  const words = new Uint32Array(indices.length)
  for (let i = 0; i < indices.length; i++) {
    const word = palette[indices[i] ?? 0]
    if (word === undefined) throw new AmbiguousBitmapError('a colour that is not in the palette')
    words[i] = word
  }
  return words
}

/** Where a row begins, the uppermost first. @throws BrokenImageError */
function rowStarts(data: Uint8Array, { width, bits, isTopDown }: Dib, height: number, format: Format): number[] {
  const size = rowSize(width, bits)
  if (size * height > data.length) throw new BrokenImageError(format, 'pixels are missing')
  return Array.from({ length: height }, (_, y) => (isTopDown ? y : height - 1 - y) * size)
}

function readIndices(data: Uint8Array, dib: Dib, height: number, format: Format): Uint8Array {
  const { width, bits } = dib
  const indices = new Uint8Array(width * height)
  let to = 0
  for (const start of rowStarts(data, dib, height, format)) {
    for (let x = 0; x < width; x++, to++) {
      const at = x * bits
      indices[to] = ((data[start + (at >> 3)] ?? 0) >> (8 - bits - (at & 7))) & ((1 << bits) - 1)
    }
  }
  return indices
}

function readColours(data: Uint8Array, dib: Dib, height: number, format: Format): Bitmap {
  const { width, bits } = dib
  const step = bits / 8
  const [red, green, blue, alpha] = bits === 24 ? [2, 1, 0, null] : byteOrder(dib)
  const words = new Uint32Array(width * height)
  let [all, any] = [255, 0]
  let to = 0
  for (const start of rowStarts(data, dib, height, format)) {
    for (let x = 0, at = start; x < width; x++, at += step, to++) {
      const fourth = alpha === null ? 255 : (data[at + alpha] ?? 0)
      all &= fourth
      any |= fourth
      const colours = opaque(data[at + red] ?? 0, data[at + green] ?? 0, data[at + blue] ?? 0) & 0xffffff
      words[to] = ((fourth << 24) | colours) >>> 0
    }
  }
  return { width, height, words, alpha: bits === 24 ? 'none' : meaningOf(dib, all, any) }
}

/** A fourth byte that is the same all over says nothing, unless a header calls it alpha and it is 0. */
function meaningOf({ masks }: Dib, all: number, any: number): Bitmap['alpha'] {
  const isAlpha = masks[3] !== 0
  if (all === 255 || (any === 0 && !isAlpha)) return 'none'
  return isAlpha && any !== 0 ? 'used' : 'unclear'
}

/** Offsets of red, green, blue and the fourth byte. @throws AmbiguousBitmapError when colours are no whole bytes */
function byteOrder({ compression: kind, masks }: Dib): [number, number, number, number] {
  if (kind === compression.none) return [2, 1, 0, 3]
  const [red, green, blue] = masks.map((mask) => [0xff, 0xff00, 0xff0000, 0xff000000].indexOf(mask >>> 0))
  const places = new Set([red, green, blue])
  const fourth = [0, 1, 2, 3].find((place) => !places.has(place))
  const isWhole = red !== undefined && green !== undefined && blue !== undefined && !places.has(-1) && places.size === 3
  if (!isWhole || fourth === undefined) throw new AmbiguousBitmapError('colours that are no whole bytes')
  return [red, green, blue, fourth]
}
