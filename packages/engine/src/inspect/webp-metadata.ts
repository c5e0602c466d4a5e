import type { RiffChunk } from './riff.js'

/** Bits of the VP8X chunk's first byte. */
export const webpFlag = { animation: 0x02, xmp: 0x04, exif: 0x08, alpha: 0x10, icc: 0x20 } as const

/** Metadata of a WebP, as readers see it. */
export interface WebpMetadata {
  readonly icc: Uint8Array | null
  readonly exif: Uint8Array | null
  readonly xmp: Uint8Array | null
}

/** Finds the metadata chunks. A chunk that the VP8X flags do not announce counts as absent: readers skip it. */
export function webpMetadata(chunks: readonly RiffChunk[]): WebpMetadata {
  const [first] = chunks
  const flags = first?.type === 'VP8X' ? (first.data[0] ?? 0) : 0
  const announced = (flag: number, type: string): Uint8Array | null =>
    flags & flag ? (chunks.find((chunk) => chunk.type === type)?.data ?? null) : null
  return {
    icc: announced(webpFlag.icc, 'ICCP'),
    exif: announced(webpFlag.exif, 'EXIF'),
    xmp: announced(webpFlag.xmp, 'XMP '),
  }
}
