import { concatBytes, u32le } from '../inspect/bytes.js'
import { compression, rowSize } from './dib.js'
import type { BmpFile } from './file.js'
import type { Bitmap } from './pixels.js'
import { writeRle } from './rle-write.js'

/** What a new BMP keeps of its source's header. */
export type Kept = Pick<BmpFile, 'dib' | 'header' | 'profile'>

const MOST_COLOURS = 256
const fileHeaderSize = 14
const plainSize = 40

/** Every way to store the pixels, alpha apart, that browsers read alike. */
export function* encodings(bitmap: Bitmap, kept: Kept, keepsColour: boolean): Generator<Uint8Array> {
  const palette = paletteOf(bitmap.words)
  if (palette === null) {
    yield writeFile(kept, keepsColour, 24, compression.none, new Uint8Array(), colourRows(bitmap))
    return
  }
  const indices = indicesOf(bitmap.words, palette)
  const colours = concatBytes(palette.map((word) => Uint8Array.of(word >>> 16, word >>> 8, word, 0)))
  const bits = palette.length <= 2 ? 1 : palette.length <= 16 ? 4 : 8
  yield writeFile(kept, keepsColour, bits, compression.none, colours, indexRows(bitmap, indices, bits))
  const run = (bits: 4 | 8): Uint8Array => writeRle(indices, bitmap.width, bitmap.height, bits)
  yield writeFile(kept, keepsColour, 8, compression.rle8, colours, run(8))
  if (bits < 8) yield writeFile(kept, keepsColour, 4, compression.rle4, colours, run(4))
}

/** Every colour, sorted, or `null` when there are more than 256. */
function paletteOf(words: Uint32Array): number[] | null {
  const colours = new Set<number>()
  let last = -1
  for (const word of words) {
    if (word !== last && colours.add(word).size > MOST_COLOURS) return null
    last = word
  }
  return [...colours].sort((a, b) => a - b)
}

function indicesOf(words: Uint32Array, palette: readonly number[]): Uint8Array {
  const places = new Map(palette.map((word, index) => [word, index]))
  const indices = new Uint8Array(words.length)
  for (let i = 0; i < words.length; i++) {
    indices[i] = words[i] === words[i - 1] ? (indices[i - 1] ?? 0) : (places.get(words[i] ?? 0) ?? 0)
  }
  return indices
}

function indexRows({ width, height }: Bitmap, indices: Uint8Array, bits: number): Uint8Array {
  const size = rowSize(width, bits)
  const rows = new Uint8Array(size * height)
  for (let y = 0, from = 0; y < height; y++) {
    const start = (height - 1 - y) * size
    for (let x = 0; x < width; x++, from++) {
      const at = x * bits
      const byte = start + (at >> 3)
      rows[byte] = (rows[byte] ?? 0) | ((indices[from] ?? 0) << (8 - bits - (at & 7)))
    }
  }
  return rows
}

function colourRows({ width, height, words }: Bitmap): Uint8Array {
  const size = rowSize(width, 24)
  const rows = new Uint8Array(size * height)
  for (let y = 0, from = 0; y < height; y++) {
    let to = (height - 1 - y) * size
    for (let x = 0; x < width; x++, from++) {
      const word = words[from] ?? 0
      rows[to++] = word >>> 16
      rows[to++] = word >>> 8
      rows[to++] = word
    }
  }
  return rows
}

/**
 * A file with the last row first. A header that says how colours are to be read is kept for that, any other becomes the
 * plain one of 40 bytes.
 */
function writeFile(
  { dib, header, profile }: Kept,
  keepsColour: boolean,
  bits: number,
  kind: number,
  palette: Uint8Array,
  pixels: Uint8Array,
): Uint8Array {
  const info = keepsColour ? Uint8Array.from(header) : new Uint8Array(plainSize)
  const view = new DataView(info.buffer)
  const pixelsAt = fileHeaderSize + info.length + palette.length
  view.setUint32(0, info.length, true)
  view.setUint32(4, dib.width, true)
  view.setUint32(8, dib.height, true)
  view.setUint16(12, 1, true)
  view.setUint16(14, bits, true)
  view.setUint32(16, kind, true)
  view.setUint32(20, pixels.length, true)
  info.set(dib.density, 24)
  view.setUint32(32, palette.length / 4, true)
  view.setUint32(36, 0, true)
  // Masks belong to pixels of 16 and 32 bits.
  if (keepsColour) info.fill(0, 40, 56)
  const tail = keepsColour ? (profile ?? new Uint8Array()) : new Uint8Array()
  if (tail.length > 0) view.setUint32(112, pixelsAt + pixels.length - fileHeaderSize, true)
  const size = pixelsAt + pixels.length + tail.length
  const head = concatBytes([Uint8Array.of(0x42, 0x4d), u32le(size), u32le(0), u32le(pixelsAt)])
  return concatBytes([head, info, palette, pixels, tail])
}
