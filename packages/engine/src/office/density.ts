import { crc32 } from 'node:zlib'
import { concatBytes, latin1Bytes, u32be } from '../inspect/bytes.js'
import { exifOf, findPart } from '../inspect/jpeg-metadata.js'
import { readJpegSegments } from '../inspect/jpeg-segments.js'
import { type PngChunk, pngSignature, readPngChunks } from '../inspect/png-chunks.js'
import { exifDensity } from './exif-density.js'
import type { PictureFormat } from './part-names.js'

/**
 * `encoded` with the density of `source`. On the web it means nothing; in a document it is the size of a picture's
 * tiles when it fills a shape, and the size that "reset" returns to. A GIF has none. Of a picture that has only a share
 * of its pixels left the density is that share of what it was.
 *
 * @throws BrokenImageError when either is incomplete
 */
export function withDensity(encoded: Uint8Array, source: Uint8Array, format: PictureFormat, share = 1): Uint8Array {
  if (format === 'png') return withPngDensity(encoded, source, share)
  return format === 'jpeg' ? withJpegDensity(encoded, source, share) : encoded
}

function withPngDensity(encoded: Uint8Array, source: Uint8Array, share: number): Uint8Array {
  const density = readPngChunks(source).chunks.find(isDensity)
  const [header, ...rest] = readPngChunks(encoded).chunks.filter((chunk) => !isDensity(chunk))
  if (header === undefined) return encoded
  const kept = density === undefined ? [] : [writeDensity(scaledPng(density.data, share))]
  return concatBytes([latin1Bytes(pngSignature), header.raw, ...kept, ...rest.map(({ raw }) => raw)])
}

function isDensity({ type }: PngChunk): boolean {
  return type === 'pHYs'
}

function writeDensity(data: Uint8Array): Uint8Array {
  const body = concatBytes([latin1Bytes('pHYs'), data])
  return concatBytes([u32be(data.length), body, u32be(crc32(body))])
}

/** Two numbers of dots per unit in 32 bits, then the unit. */
function scaledPng(data: Uint8Array, share: number): Uint8Array {
  const scaled = Uint8Array.from(data)
  const view = new DataView(scaled.buffer)
  for (let at = 0; at + 4 <= Math.min(8, data.length); at += 4)
    view.setUint32(at, scaledDots(view.getUint32(at), share))
  return scaled
}

function scaledDots(dots: number, share: number): number {
  return dots === 0 ? 0 : Math.max(1, Math.round(dots * share))
}

/** Unit, and dots per unit in both directions: five bytes behind the version of a JFIF segment. */
const jfifDensity = { start: 7, end: 12 }
/** One dot per nothing: square pixels of no stated size. */
const noDensity = Uint8Array.of(0, 0, 1, 0, 1)

function withJpegDensity(encoded: Uint8Array, source: Uint8Array, share: number): Uint8Array {
  const told = jpegDensity(source)
  const density = told && scaledJpeg(told, share)
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

/** Dots per nothing are the shape of a pixel, which stays. */
function scaledJpeg(density: Uint8Array, share: number): Uint8Array {
  const [unit = 0, xHigh = 0, xLow = 0, yHigh = 0, yLow = 0] = density
  if (unit === 0) return density
  const [x, y] = [scaledDots(xHigh * 256 + xLow, share), scaledDots(yHigh * 256 + yLow, share)]
  return Uint8Array.of(unit, x >> 8, x, y >> 8, y)
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
