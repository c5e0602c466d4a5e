import { concatBytes } from '../inspect/bytes.js'
import { entrySize, openTiff, type TiffStructure } from '../inspect/tiff-structure.js'
import type { ExifChange } from './credit.js'
import { exifSoftware, orientationExif, readExif, SCALED_MARK } from './exif.js'

/** Tags that tell a picture's size: TIFF's in the first directory, EXIF's in the one that it points to. */
const tags = { width: 0x0100, height: 0x0101, software: 0x0131, exif: 0x8769, exifWidth: 0xa002, exifHeight: 0xa003 }
const density = { x: 0x011a, y: 0x011b, unit: 0x0128 }
const INCHES = 2
/** Dots per inch at which browsers show a pixel as one of theirs. */
const NATURAL_DENSITY = 72
const types = { ascii: 2, short: 3, long: 4 } as const

/**
 * Makes EXIF say the size of a resized picture wherever it says one, and `scaled` by a percentage if so. A block that is
 * no TIFF structure is put down to its orientation and credits.
 */
export function describeResized(size: { width: number; height: number }, scaled: boolean): ExifChange {
  const mark = scaled ? ({ scaled: true } as const) : {}
  return (source) => {
    if (source === null && !scaled) return null
    const tiff = source && openCopy(source)
    if (!tiff) {
      const { orientation, ...credit } = readExif(source ?? new Uint8Array())
      return orientationExif(orientation, { ...credit, ...mark })
    }
    correctSize(tiff, size)
    return scaled ? withMark(tiff) : tiff.bytes
  }
}

/**
 * Whether browsers show a JPEG in another size than that of its pixels, since EXIF says both a density and the size that
 * follows from it (HTML, "density-corrected natural width and height").
 */
export function isDensityCorrected(exif: Uint8Array, { width, height }: { width: number; height: number }): boolean {
  const tiff = openCopy(exif)
  const inner = tiff && exifDirectory(tiff)
  if (!tiff || !inner || readNumber(tiff, tiff.first, density.unit) !== INCHES) return false
  const shown = [readNumber(tiff, inner, tags.exifWidth), readNumber(tiff, inner, tags.exifHeight)]
  const [across, down] = [readRational(tiff, tiff.first, density.x), readRational(tiff, tiff.first, density.y)]
  const follows = [Math.round((width * NATURAL_DENSITY) / across), Math.round((height * NATURAL_DENSITY) / down)]
  return shown.join() === follows.join() && shown.join() !== [width, height].join()
}

function readNumber({ view, little }: Tiff, directory: Directory, tag: number): number | null {
  const at = entryOf(view, directory, tag, little)
  if (at === null || view.getUint32(at + 4, little) !== 1) return null
  return view.getUint16(at + 2, little) === types.short
    ? view.getUint16(at + 8, little)
    : view.getUint32(at + 8, little)
}

/** 0 where there is none. */
function readRational({ view, little }: Tiff, directory: Directory, tag: number): number {
  const at = entryOf(view, directory, tag, little)
  const target = at === null ? view.byteLength : view.getUint32(at + 8, little)
  return target + 8 > view.byteLength ? 0 : view.getUint32(target, little) / view.getUint32(target + 4, little)
}

interface Tiff extends Omit<TiffStructure, 'first'> {
  /** A copy, to be written to. */
  readonly bytes: Uint8Array
  /** Where the entries of the first directory begin. */
  readonly first: Directory
}

interface Directory {
  readonly start: number
  readonly count: number
}

function openCopy(source: Uint8Array): Tiff | null {
  const bytes = Uint8Array.from(source)
  const tiff = openTiff(bytes)
  const first = tiff && directoryAt(tiff.view, tiff.first, tiff.little)
  return first && { ...tiff, bytes, first }
}

/** `null` for a directory that does not lie within. */
function directoryAt(view: DataView, at: number, little: boolean): Directory | null {
  if (at + 2 > view.byteLength) return null
  const count = view.getUint16(at, little)
  return at + 2 + count * entrySize + 4 <= view.byteLength ? { start: at + 2, count } : null
}

function exifDirectory({ view, little, first }: Tiff): Directory | null {
  const pointer = entryOf(view, first, tags.exif, little)
  return pointer === null ? null : directoryAt(view, view.getUint32(pointer + 8, little), little)
}

function correctSize(tiff: Tiff, { width, height }: { width: number; height: number }): void {
  const { view, little, first } = tiff
  writeNumber(view, first, tags.width, width, little)
  writeNumber(view, first, tags.height, height, little)
  const exif = exifDirectory(tiff)
  if (exif === null) return
  writeNumber(view, exif, tags.exifWidth, width, little)
  writeNumber(view, exif, tags.exifHeight, height, little)
}

function entryOf(view: DataView, { start, count }: Directory, tag: number, little: boolean): number | null {
  for (let i = 0; i < count; i++) {
    const at = start + i * entrySize
    if (view.getUint16(at, little) === tag) return at
  }
  return null
}

function writeNumber(view: DataView, directory: Directory, tag: number, value: number, little: boolean): void {
  const at = entryOf(view, directory, tag, little)
  if (at === null || view.getUint32(at + 4, little) !== 1) return
  if (view.getUint16(at + 2, little) === types.short) view.setUint16(at + 8, value, little)
  else if (view.getUint16(at + 2, little) === types.long) view.setUint32(at + 8, value, little)
}

/**
 * The same with another first directory at the end, whose `software` ends with the mark. Everything stays where it was,
 * so that all offsets, those in makers' notes too, point to what they did.
 */
function withMark({ bytes, view, little, first }: Tiff): Uint8Array {
  const software = exifSoftware(bytes)
  const text = new TextEncoder().encode(`${software === undefined ? '' : `${software}; `}${SCALED_MARK}\0`)
  const place = bytes.length + (bytes.length & 1)
  const others = entriesOf(bytes, first).filter((entry) => tagOf(entry, little) !== tags.software)
  const textAt = place + 2 + (others.length + 1) * entrySize + 4
  const mark = bytesOf(entrySize, (fields) => {
    fields.setUint16(0, tags.software, little)
    fields.setUint16(2, types.ascii, little)
    fields.setUint32(4, text.length, little)
    fields.setUint32(8, textAt, little)
  })
  const sorted = [...others, mark].sort((a, b) => tagOf(a, little) - tagOf(b, little))
  const count = bytesOf(2, (field) => field.setUint16(0, sorted.length, little))
  const behind = first.start + first.count * entrySize
  const next = bytes.subarray(behind, behind + 4)
  view.setUint32(4, place, little)
  return concatBytes([bytes, new Uint8Array(place - bytes.length), count, ...sorted, next, text])
}

function entriesOf(bytes: Uint8Array, { start, count }: Directory): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => bytes.subarray(start + i * entrySize, start + (i + 1) * entrySize))
}

function tagOf([first = 0, second = 0]: Uint8Array, little: boolean): number {
  return little ? second * 256 + first : first * 256 + second
}

function bytesOf(length: number, write: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(length)
  write(new DataView(bytes.buffer))
  return bytes
}
