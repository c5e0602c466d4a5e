import { BrokenImageError } from './broken.js'
import { hasText } from './bytes.js'
import { Reader } from './reader.js'

export interface RiffChunk {
  readonly type: string
  readonly data: Uint8Array
}

/** A WebP's chunks up to the end that its header states. */
export interface RiffStructure {
  readonly chunks: readonly RiffChunk[]
  readonly end: number
}

/** Walks a WebP's top-level chunks. @throws BrokenImageError when it is shorter than it says. */
export function readRiff(bytes: Uint8Array): RiffStructure {
  if (!hasText(bytes, 'RIFF') || !hasText(bytes, 'WEBP', 8)) throw new BrokenImageError('webp', 'no signature')
  const size = new Reader(bytes, 'webp', 4).u32le()
  const end = 8 + size
  // The pad byte of the last chunk is counted by some writers and then not written.
  if (size < 4 || end > bytes.length + 1) throw new BrokenImageError('webp', 'it is shorter than it says')
  return { chunks: readChunks(bytes.subarray(12, end)), end: Math.min(end, bytes.length) }
}

/** Chunks behind one another: type, size, data, and a pad byte after an odd size. */
export function readChunks(bytes: Uint8Array): RiffChunk[] {
  const reader = new Reader(bytes, 'webp')
  const chunks: RiffChunk[] = []
  // Fewer bytes than a chunk head are padding.
  while (reader.left >= 8) {
    reader.countPart()
    const type = reader.text(4)
    const size = reader.u32le()
    chunks.push({ type, data: reader.take(size) })
    reader.skip(Math.min(size & 1, reader.left))
  }
  return chunks
}
