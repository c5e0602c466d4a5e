import { totalmem } from 'node:os'
import type { Facts } from '../inspect/facts.js'
import type { DocumentFormat } from '../inspect/names.js'
import { MAX_SEARCHED_PIXELS } from '../pdf/limits.js'
import { MOST_ALONE } from './admission.js'

/** Most pixels of one canvas: imgproxy's default, and about what a 50-megapixel camera makes. */
export const MAX_PIXELS = 50e6

/** What a frame counts at least, in pixels: even the smallest has its place in every list of an encoder. */
const LEAST_FRAME = 10_000

/** An animation may hold this many times `maxPixels` over all its frames. */
const FRAMES_FACTOR = 10

const MIB = 2 ** 20

/**
 * Whether a file is within bounds, told by its header alone: canvas up to `maxPixels`, all frames together up to ten
 * times that, which is 50,000 frames at most by default. An SVG has no pixels of its own and is rendered at a bounded size, so it always is.
 */
export function withinPixels(facts: Facts, maxPixels: number): boolean {
  if (facts.format === 'svg') return true
  const canvas = facts.width * facts.height
  const frames = facts.frames > 1 ? facts.frames * Math.max(canvas, LEAST_FRAME) : canvas
  return canvas <= maxPixels && frames <= maxPixels * FRAMES_FACTOR
}

/**
 * Bytes of one child besides pixels: 72 MiB at rest, and what its garbage collector lets lie, up to 100 MiB over a long
 * GIF of small frames.
 */
const CHILD_BASE = 192 * MIB

/** Largest part of a picture that is scored at once, in pixels. */
const SCORED_PIXELS = 4e6

/** Bytes per scored pixel: 52 measured, 73 where transparency is scored over two backgrounds. They stay with the child. */
const SCORE_FACTOR = { opaque: 60, transparent: 88 } as const

/**
 * Bytes per pixel at the peak of decoding and encoding, by format; a fifth and more above what was measured. Peak resident
 * memory of a child (Linux, x64, Node 20), with what is scored taken off: JPEG 13 to 18 at 12, 24 and 50 megapixels (425,
 * 581 and 1,092 MiB in all), where a result is looked at while a finer one is made; PNG 21 to 28 (520 MiB at 12, 792 at
 * 24); lossless WebP of noise 55 (905 MiB at 12), with alpha 38 (1,472 MiB at 24); GIF 24 per canvas pixel (694 MiB at
 * 24); AVIF 27 (908 MiB at 24); BMP 16 to 36 (864 MiB at 24); TIFF a strip at a time (287 MiB at 24), or a tile; an icon
 * one picture at a time; an APNG 100 per canvas pixel (442 MiB at 3).
 */
const FACTORS: Partial<Record<Facts['format'], number>> = {
  jpeg: 22,
  png: 40,
  gif: 32,
  webp: 64,
  avif: 48,
  tiff: 14,
  bmp: 44,
  ico: 48,
}
const APNG_FACTOR = 120

/** Formats whose pixels are compared to the last bit, or rendered one by one, and never scored as a whole. */
const neverScored: ReadonlySet<Facts['format']> = new Set(['tiff', 'bmp', 'ico'])

/** Copies of the file on its way through pipe, child and codec. */
const FILE_COPIES = 3

/** About how much memory a job takes at its peak, in bytes. Meant to be too high rather than too low. */
export function estimateMemory(facts: Facts, size: number): number {
  // A drawing of 1 MB took 150 MiB, most of it for its two renderings and svgo's tree.
  if (facts.format === 'svg') return CHILD_BASE + 128 * MIB + size * 60
  const canvas = facts.width * facts.height
  const isApng = facts.traits.has('apng')
  // Frames of these, and pages, are worked on one after the other; other animations are decoded as one tall picture.
  const isSerial = isApng || facts.format === 'gif' || facts.format === 'tiff'
  const decoded = isSerial ? canvas : canvas * Math.max(1, facts.frames)
  const factor = isApng ? APNG_FACTOR : (FACTORS[facts.format] ?? 48)
  const depth = facts.format === 'tiff' ? Math.max(1, facts.bitDepth / 8) : 1
  const isScored = !isApng && !neverScored.has(facts.format)
  const scored = isScored ? Math.min(decoded, SCORED_PIXELS) * SCORE_FACTOR[facts.alpha ? 'transparent' : 'opaque'] : 0
  return CHILD_BASE + decoded * factor * depth + scored + size * FILE_COPIES
}

/** What is known of a document before its parts are read. */
export interface DocumentFacts {
  readonly format: DocumentFormat
  /** Bytes of the file. */
  readonly size: number
  /** Pixels of all its pictures, and of the largest, as far as they can be told: those of Office files are packed. */
  readonly pixels: number
  readonly largest: number
}

/** Bytes per pixel of the largest picture: a fifth above what JPEGs of 20 to 49 megapixels took, Flate takes less. */
const DOCUMENT_FACTOR = 16

/**
 * About how much memory a document takes: what it unpacks to, and one of its pictures at a time. Measured (peak of a
 * child): up to 290 MiB over everyday files, 803 MiB with a sheet of 250 MB in 1 MB, 1,094 MiB with a JPEG of 49
 * megapixels in 4 MB.
 */
export function estimateDocumentMemory({ format, size, largest }: DocumentFacts): number {
  const unpacked = (format === 'pdf' ? 512 : 640) * MIB
  return CHILD_BASE + unpacked + largest * DOCUMENT_FACTOR + size * 12
}

/**
 * Half of the machine's memory, at most what one job may take alone: one of the largest pictures at a time, two of 12
 * megapixels, or half a dozen everyday ones.
 */
export function defaultMemoryBudget(): number {
  return Math.min(totalmem() / 2, MOST_ALONE)
}

/**
 * Milliseconds for each megapixel of all frames, by format: five times the slowest measured on one core of a server, in
 * seconds per megapixel JPEG 1.1, PNG 5, GIF 1.1 (dithered noise), lossless WebP 2.7, AVIF 1.2, TIFF 2.6 (16 bits), BMP
 * 1, icons 3.
 */
const MS_PER_MEGAPIXEL: Partial<Record<Facts['format'], number>> = {
  jpeg: 6_000,
  png: 25_000,
  gif: 6_000,
  webp: 15_000,
  avif: 6_000,
  tiff: 15_000,
  bmp: 6_000,
  ico: 15_000,
}

/** What a small file gets: starting a child, and effects that do not grow with pixels. */
const LEAST_MS = 60_000

/** Longest time for a job in milliseconds. A drawing has no pixels to count, and took four seconds at most. */
export function defaultDeadline(facts: Facts): number {
  const megapixels = facts.format === 'svg' ? 0 : (facts.width * facts.height * Math.max(1, facts.frames)) / 1e6
  return Math.round(LEAST_MS + (MS_PER_MEGAPIXEL[facts.format] ?? 15_000) * megapixels)
}

/**
 * Milliseconds for each megabyte of a document: five times the slowest measured on one core of a server, in seconds per
 * megabyte 4 for the fonts and pages of PDFs, 12 for Office files full of PNG pictures.
 */
const DOCUMENT_MS_PER_MEGABYTE: Record<DocumentFormat, number> = {
  pdf: 20_000,
  docx: 60_000,
  pptx: 60_000,
  xlsx: 60_000,
}

/** The same for each megapixel of a PDF's pictures: 1.8 seconds for photos without a codec of their own, 0.4 for JPEG. */
const DOCUMENT_MS_PER_MEGAPIXEL = 9_000

/** Longest time for a document in milliseconds. Pictures behind the first of so many pixels are left as they are. */
export function documentDeadline({ format, size, pixels }: DocumentFacts): number {
  const megapixels = Math.min(pixels, MAX_SEARCHED_PIXELS) / 1e6
  return Math.round(LEAST_MS + DOCUMENT_MS_PER_MEGABYTE[format] * (size / 1e6) + DOCUMENT_MS_PER_MEGAPIXEL * megapixels)
}
