import { hasText, latin1 } from '../inspect/bytes.js'
import { hasTrailingData } from '../inspect/trailing.js'
import { BrokenZipError, LeftAloneError } from './reasons.js'
import { readU64 } from './zip-extra.js'
import { elsewhere, recordSize, signature, viewOf } from './zip-records.js'

/** Where the central directory is, and what stands behind it. */
export interface ZipEnd {
  readonly count: number
  readonly start: number
  readonly end: number
  readonly comment: Uint8Array
}

const longestComment = 0xffff

/** Reads the records behind the central directory, which must follow one another. */
export function readEnd(bytes: Uint8Array): ZipEnd {
  const at = endAt(bytes)
  const view = viewOf(bytes)
  const here = {
    disks: view.getUint16(at + 4, true) + view.getUint16(at + 6, true),
    countHere: view.getUint16(at + 8, true),
    count: view.getUint16(at + 10, true),
    size: view.getUint32(at + 12, true),
    start: view.getUint32(at + 16, true),
  }
  const wide = readEnd64(bytes, at)
  const { count, size, start } = wide ?? here
  if (here.disks !== 0 || (wide === null && here.countHere !== count))
    throw new BrokenZipError('one of several volumes')
  const end = start + size
  const expected = wide?.at ?? at
  if (end > expected) throw new BrokenZipError('a directory that reaches into what follows it')
  if (end < expected) throw gapBefore(bytes, end)
  return { count, start, end, comment: commentOf(bytes, at) }
}

function commentOf(bytes: Uint8Array, at: number): Uint8Array {
  const start = at + recordSize.end
  return bytes.subarray(start, start + viewOf(bytes).getUint16(at + 20, true))
}

/** The last end record. Nothing but its comment and some padding may follow. */
function endAt(bytes: Uint8Array): number {
  const tail = Math.max(0, bytes.length - recordSize.end - longestComment)
  const found = latin1(bytes, tail).lastIndexOf(signature.end)
  const at = tail + found
  if (found < 0 || at + recordSize.end > bytes.length) throw new BrokenZipError('no end record')
  const end = at + recordSize.end + viewOf(bytes).getUint16(at + 20, true)
  if (end > bytes.length) throw new BrokenZipError('a comment that is cut short')
  if (hasTrailingData(bytes, end)) throw new LeftAloneError('embedded-data', 'data behind the archive')
  return at
}

interface End64 {
  readonly at: number
  readonly count: number
  readonly size: number
  readonly start: number
}

/** The zip64 end record, when a locator stands in front of the end record. */
function readEnd64(bytes: Uint8Array, end: number): End64 | null {
  const locator = end - recordSize.locator64
  if (locator < 0 || !hasText(bytes, signature.locator64, locator)) return null
  const at = readU64(bytes, locator + 8)
  if (at + recordSize.end64 > locator || !hasText(bytes, signature.end64, at)) {
    throw new BrokenZipError('no 64-bit end record where its locator points')
  }
  if (at + 12 + readU64(bytes, at + 4) !== locator) {
    throw new BrokenZipError('a 64-bit end record of another size')
  }
  const view = viewOf(bytes)
  const narrow = view.getUint16(end + 10, true)
  const count = readU64(bytes, at + 32)
  const agrees = narrow === elsewhere.u16 || narrow === count
  if (
    !agrees ||
    readU64(bytes, at + 24) !== count ||
    view.getUint32(at + 16, true) + view.getUint32(at + 20, true) > 0
  ) {
    throw new BrokenZipError('end records that contradict each other')
  }
  return { at, count, size: readU64(bytes, at + 40), start: readU64(bytes, at + 48) }
}

/** Something stands between the directory and its end record, or in front of the whole archive. */
function gapBefore(bytes: Uint8Array, at: number): LeftAloneError {
  if (hasText(bytes, signature.centralSignature, at)) return new LeftAloneError('signed', 'the directory is signed')
  return new LeftAloneError('embedded-data', 'bytes that belong to no entry')
}
