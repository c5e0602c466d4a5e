import { deflateSync } from 'node:zlib'
import { concatBytes, latin1Bytes, u32be } from '../inspect/bytes.js'
import { pngSignature } from '../inspect/png-chunks.js'
import { writeChunk } from '../metadata/png.js'
import type { Pixels } from './pixels.js'
import { filterPicture, type RowFilter } from './png-filters.js'

/** Colour types of PNG by channels (table 11.1). */
const COLOUR_TYPES = { 3: 2, 4: 6 } as const

/** A PNG whose rows all have one filter, deflated by zlib at a level from 1 to 9. */
export function writePng(image: Pixels, filter: RowFilter, level: number): Uint8Array {
  const { width, height, channels } = image
  // Bit depth, colour type, and the only methods there are, without interlacing.
  const header = concatBytes([u32be(width), u32be(height), Uint8Array.of(8, COLOUR_TYPES[channels], 0, 0, 0)])
  const rows = deflateSync(filterPicture(image, filter), { level, memLevel: 9 })
  return concatBytes([
    latin1Bytes(pngSignature),
    writeChunk('IHDR', header),
    writeChunk('IDAT', rows),
    writeChunk('IEND', new Uint8Array()),
  ])
}
