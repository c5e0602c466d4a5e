import { inflateSync } from 'node:zlib'
import { BrokenImageError } from '../inspect/broken.js'
import { unpredict } from '../pdf/predictor.js'
import { type PngLayout, samplesPerPixel } from './types.js'

/** Undoes compression and row filters: samples as stored, each row from a whole byte on. @throws BrokenImageError */
export function readRows(data: Uint8Array, layout: PngLayout, width: number, height: number): Uint8Array {
  const colors = samplesPerPixel(layout.colourType)
  const row = Math.ceil((width * colors * layout.bits) / 8)
  const size = (row + 1) * height
  const rows = unpredict(inflate(data, size), { predictor: 15, colors, bits: layout.bits, columns: width })
  if (rows === null) throw new BrokenImageError('png', 'an unknown row filter')
  return rows
}

/** Exactly `size` bytes: what is more would be lost, and what is less is missing. */
function inflate(data: Uint8Array, size: number): Uint8Array {
  try {
    const rows = inflateSync(data, { maxOutputLength: size })
    if (rows.length === size) return rows
  } catch {
    // Told below, in the words of the format.
  }
  throw new BrokenImageError('png', 'a frame whose data is damaged')
}

/**
 * Samples as pixel words: red in the lowest byte, then green, blue, alpha; 0 for whatever is invisible. Not for 16 bits.
 * @throws BrokenImageError on an index past the palette's end
 */
export function toWords(rows: Uint8Array, layout: PngLayout, width: number, height: number): Uint32Array {
  const { bits, colourType, transparency } = layout
  if (bits === 8 && (colourType === 2 || colourType === 6)) return colourWords(rows, layout, width * height)
  if (colourType === 4) return Uint32Array.from({ length: width * height }, (_, i) => greyAlpha(rows, i))
  const words = colourType === 3 ? paletteWords(layout) : greyWords(bits, transparency)
  const row = Math.ceil((width * bits) / 8)
  const out = new Uint32Array(width * height)
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to++) {
      const at = x * bits
      const byte = rows[y * row + (at >> 3)] ?? 0
      const word = words[(byte >> (8 - bits - (at & 7))) & ((1 << bits) - 1)]
      if (word === undefined) throw new BrokenImageError('png', 'a colour that is not in the palette')
      out[to] = word
    }
  }
  return out
}

/** A pixel's word. */
export function wordOf(red: number, green: number, blue: number, alpha: number): number {
  return alpha === 0 ? 0 : ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0
}

function colourWords(rows: Uint8Array, { colourType, transparency }: PngLayout, count: number): Uint32Array {
  const words = new Uint32Array(count)
  const step = colourType === 6 ? 4 : 3
  // Two bytes for each sample, of which 8-bit pictures use the second.
  const key =
    transparency.length === 6 ? wordOf(low(transparency, 0), low(transparency, 1), low(transparency, 2), 255) : 0
  for (let i = 0, at = 0; i < count; i++, at += step) {
    const alpha = step === 4 ? (rows[at + 3] ?? 0) : 255
    const word = wordOf(rows[at] ?? 0, rows[at + 1] ?? 0, rows[at + 2] ?? 0, alpha)
    words[i] = step === 3 && word === key ? 0 : word
  }
  return words
}

function low(transparency: Uint8Array, sample: number): number {
  return transparency[sample * 2 + 1] ?? 0
}

function greyAlpha(rows: Uint8Array, index: number): number {
  const grey = rows[index * 2] ?? 0
  return wordOf(grey, grey, grey, rows[index * 2 + 1] ?? 0)
}

function paletteWords({ palette, transparency }: PngLayout): number[] {
  return Array.from({ length: Math.floor(palette.length / 3) }, (_, i) =>
    wordOf(palette[i * 3] ?? 0, palette[i * 3 + 1] ?? 0, palette[i * 3 + 2] ?? 0, transparency[i] ?? 255),
  )
}

function greyWords(bits: number, transparency: Uint8Array): number[] {
  const most = (1 << bits) - 1
  const key = transparency.length === 2 ? ((transparency[0] ?? 0) << 8) | low(transparency, 0) : -1
  return Array.from({ length: most + 1 }, (_, value) => {
    const grey = (value * 255) / most
    return value === key ? 0 : wordOf(grey, grey, grey, 255)
  })
}
