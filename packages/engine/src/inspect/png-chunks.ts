import { crc32 } from 'node:zlib'
import { BrokenImageError } from './broken.js'
import { hasText } from './bytes.js'
import { Reader } from './reader.js'

export const pngSignature = '\x89PNG\r\n\x1a\n'

export interface PngChunk {
  readonly type: string
  readonly data: Uint8Array
  /** Length, type, data and checksum as they stand in the file. */
  readonly raw: Uint8Array
}

/** A PNG from its signature to its last chunk. */
export interface PngStructure {
  readonly chunks: readonly PngChunk[]
  /** Behind the IEND chunk. */
  readonly end: number
}

/** Walks every chunk up to IEND and checks each checksum. @throws BrokenImageError when one is wrong or missing. */
export function readPngChunks(bytes: Uint8Array): PngStructure {
  if (!hasText(bytes, pngSignature)) throw new BrokenImageError('png', 'no signature')
  const reader = new Reader(bytes, 'png', pngSignature.length)
  const chunks: PngChunk[] = []
  for (;;) {
    reader.countPart()
    const chunk = readChunk(reader)
    chunks.push(chunk)
    if (chunk.type === 'IEND') break
  }
  checkOrder(chunks)
  return { chunks, end: reader.position }
}

function readChunk(reader: Reader): PngChunk {
  const start = reader.position
  const length = reader.u32be()
  const type = reader.text(4)
  const data = reader.take(length)
  if (crc32(reader.bytes.subarray(start + 4, reader.position)) !== reader.u32be()) {
    throw reader.broken('a chunk whose checksum is wrong')
  }
  return { type, data, raw: reader.bytes.subarray(start, reader.position) }
}

/** The critical chunks' places (PNG 5.6): IHDR first, PLTE before the data, data in one run. */
function checkOrder(chunks: readonly PngChunk[]): void {
  const places = (type: string): number[] => chunks.flatMap((chunk, i) => (chunk.type === type ? [i] : []))
  const [first] = chunks
  if (first?.type !== 'IHDR' || first.data.length !== 13 || places('IHDR').length > 1) {
    throw new BrokenImageError('png', 'no single header chunk in front')
  }
  const data = places('IDAT')
  const firstData = data[0]
  if (firstData === undefined) throw new BrokenImageError('png', 'no image data')
  if (data.at(-1) !== firstData + data.length - 1) throw new BrokenImageError('png', 'image data in several places')
  const palettes = places('PLTE')
  if (palettes.length > 1 || palettes.some((place) => place > firstData)) {
    throw new BrokenImageError('png', 'a palette out of place')
  }
}
