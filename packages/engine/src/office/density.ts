import { crc32 } from 'node:zlib'
import { concatBytes, latin1Bytes, u32be } from '../inspect/bytes.js'
import { exifOf, findPart } from '../inspect/jpeg-metadata.js'
import { readJpegSegments } from '../inspect/jpeg-segments.js'
import { type PngChunk, pngSignature, readPngChunks } from '../inspect/png-chunks.js'
import { exifDensity } from './exif-density.js'
import type { PictureFormat } from './part-names.js'

/**
 * `encoded` with the density of `source`. On the web it means nothing; in a document it is the size of a picture's
 * tiles when it fills a shape, and the size that "reset" returns to. A GIF has none.
 *
 * @throws BrokenImageError when either is incomplete
 */
export function withDensity(encoded: Uint8Array, source: Uint8Array, format: PictureFormat): Uint8Array {
  if (format === 'png') return withPngDensity(encoded, source)
  return format === 'jpeg' ? withJpegDensity(encoded, source) : encoded
}

function withPngDensity(encoded: Uint8Array, source: Uint8Array): Uint8Array {
  const density = readPngChunks(source).chunks.find(isDensity)
  const [header, ...rest] = readPngChunks(encoded).chunks.filter((chunk) => !isDensity(chunk))
  if (header === undefined) return encoded
  const kept = density === undefined ? [] : [writeDensity(density.data)]
  return concatBytes([latin1Bytes(pngSignature), header.raw, ...kept, ...rest.map(({ raw }) => raw)])
}

function isDensity({ type }: PngChunk): boolean {
  return type === 'pHYs'
}

function writeDensity(data: Uint8Array): Uint8Array {
  const body = concatBytes([latin1Bytes('pHYs'), data])
  return concatBytes([u32be(data.length), body, u32be(crc32(body))])
}

/** Unit, and dots per unit in both directions: five bytes behind the version of a JFIF segment. */
const jfifDensity = { start: 7, end: 12 }
/** One dot per nothing: square pixels of no stated size. */
const noDensity = Uint8Array.of(0, 0, 1, 0, 1)

function withJpegDensity(encoded: Uint8Array, source: Uint8Array): Uint8Array {
  const density = jpegDensity(source)
  const jfif = findPart(readJpegSegments(encoded).segments, 'jfif')
  if (jfif !== undefined && jfif.data.length >= jfifDensity.end) {
    const changed = Uint8Array.from(encoded)
    changed.set(density ?? noDensity, jfif.end - jfif.data.length + jfifDensity.start)
    return changed
  }
  if (density === null) return encoded
  const segment = concatBytes([latin1Bytes('\xff\xe0\0\x10JFIF\0\x01\x01'), density, Uint8Array.of(0, 0)])
  return concatBytes([encoded.subarray(0, 2), segment, encoded.subarray(2)])
}

/** The density of a JPEG as a JFIF segment says it: its own, or what EXIF says where it says nothing. */
function jpegDensity(bytes: Uint8Array): Uint8Array | null {
  const { segments } = readJpegSegments(bytes)
  const jfif = findPart(segments, 'jfif')?.data.subarray(jfifDensity.start, jfifDensity.end) ?? null
  const own = jfif?.length === 5 ? jfif : null
  if (own !== null && own[0] !== 0) return own
  const exif = exifOf(segments)
  return (exif && exifDensity(exif)) ?? own
}
