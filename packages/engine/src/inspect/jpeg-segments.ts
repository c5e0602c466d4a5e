import { BrokenImageError } from './broken.js'

/** One marker and what belongs to it, the entropy-coded data behind a scan header excepted. */
export interface JpegSegment {
  /** Second byte of the marker: `0xe1` for APP1. */
  readonly marker: number
  /** Where its marker begins, and where the next thing begins. */
  readonly start: number
  readonly end: number
  /** Behind the length field. */
  readonly data: Uint8Array
}

/** A JPEG from its start to its end marker (ITU-T T.81, annex B). */
export interface JpegStructure {
  readonly segments: readonly JpegSegment[]
  /** Behind the end marker. */
  readonly end: number
}

export const marker = {
  soi: 0xd8,
  eoi: 0xd9,
  sos: 0xda,
  dnl: 0xdc,
  app0: 0xe0,
  app1: 0xe1,
  app2: 0xe2,
  app13: 0xed,
  app14: 0xee,
  app15: 0xef,
  com: 0xfe,
} as const

/** Photos have ten to a hundred; progressive ones with restart tables some hundred. A segment may have four bytes. */
const MOST_SEGMENTS = 20_000

/** Walks every marker and scan. @throws BrokenImageError when anything is missing, cut short or in between. */
export function readJpegSegments(bytes: Uint8Array): JpegStructure {
  if (bytes[0] !== 0xff || bytes[1] !== marker.soi) throw broken('no start marker')
  const segments: JpegSegment[] = []
  let at = 2
  for (;;) {
    const code = markerAt(bytes, at)
    if (bytes[code] === marker.eoi) return { segments, end: code + 1 }
    const segment = segmentAt(bytes, at, code)
    segments.push(segment)
    if (segments.length > MOST_SEGMENTS) throw broken(`more than ${MOST_SEGMENTS} segments`)
    at = segment.marker === marker.sos ? afterScan(bytes, segment.end) : segment.end
  }
}

/** Whether a segment is application data (APP0 to APP15) or a comment. */
export function isApplicationData(segment: JpegSegment): boolean {
  return (segment.marker >= marker.app0 && segment.marker <= marker.app15) || segment.marker === marker.com
}

/** Where the marker's second byte is; any number of fill bytes may stand before it. */
function markerAt(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== 0xff) throw broken(at < bytes.length ? 'data between two segments' : 'no end marker')
  let code = at + 1
  while (bytes[code] === 0xff) code++
  if (code >= bytes.length) throw broken('no end marker')
  return code
}

function segmentAt(bytes: Uint8Array, start: number, code: number): JpegSegment {
  const kind = bytes[code] ?? 0
  // 0x01 to 0xbf are reserved, restart and start markers have no place between segments.
  if (kind < 0xc0 || (kind >= 0xd0 && kind <= marker.soi)) throw broken('a marker out of place')
  const length = ((bytes[code + 1] ?? 0) << 8) | (bytes[code + 2] ?? 0)
  const end = code + 1 + length
  if (length < 2 || end > bytes.length) throw broken('a segment that is cut short')
  return { marker: kind, start, end, data: bytes.subarray(code + 3, end) }
}

/** Behind the entropy-coded data of a scan: the first marker that is neither a stuffed zero nor a restart. */
function afterScan(bytes: Uint8Array, start: number): number {
  let at = start
  for (;;) {
    at = bytes.indexOf(0xff, at)
    if (at < 0) throw broken('a scan that is cut short')
    const next = bytes[at + 1] ?? 0
    if (next === 0xff) at += 1
    else if (next === 0 || (next >= 0xd0 && next <= 0xd7)) at += 2
    else return at
  }
}

function broken(why: string): BrokenImageError {
  return new BrokenImageError('jpeg', why)
}
