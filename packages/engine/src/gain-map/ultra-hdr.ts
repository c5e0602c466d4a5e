import { BrokenImageError } from '../inspect/broken.js'
import { concatBytes, latin1Bytes } from '../inspect/bytes.js'
import { findPart, xmpHeader, xmpOf } from '../inspect/jpeg-metadata.js'
import { type JpegSegment, marker, readJpegSegments } from '../inspect/jpeg-segments.js'
import { writeSegment } from '../metadata/jpeg.js'
import type { Metadata } from '../types.js'
import { readPlaces, tiffStart, writePlaces } from './directory.js'

// A JPEG with a gain map (Ultra HDR, ISO 21496-1) is two JPEGs one behind the other: the picture as every reader shows
// it, and a small one that says how much brighter each place is on a screen that can. The first names the second in a
// directory of pictures, and in XMP or an ISO segment.

/** A picture with a gain map, taken apart. */
export interface UltraHdr {
  /** The picture alone, without what points to the map. */
  readonly base: Uint8Array
  /** The map: a JPEG of its own. */
  readonly map: Uint8Array
  /** Content of the segments that point to the map. */
  readonly directory: Uint8Array
  readonly xmp: Uint8Array | null
  readonly iso: Uint8Array | null
}

/** The one form of XMP that is understood here; a recovery map of another version may count on other fields. */
const VERSION = /\bhdrgm:Version\s*=\s*["']1\.0["']|<hdrgm:Version>1\.0<\/hdrgm:Version>/

/**
 * Takes a file apart that consists of a picture and its gain map, one right behind the other and nothing else. `null`
 * for any other, such as one with a video or a third picture behind it, or of a camera maker's own form.
 */
export function readUltraHdr(bytes: Uint8Array): UltraHdr | null {
  const { segments, end } = readJpegSegments(bytes)
  const mpf = findPart(segments, 'mpf')
  const xmp = findPart(segments, 'xmp')
  const iso = findPart(segments, 'iso-gain-map')
  if (mpf === undefined || !isUnderstood(xmpOf(segments), iso)) return null
  const [first, second, ...others] = readPlaces(mpf.data, contentStart(mpf) + tiffStart) ?? []
  const areBoth = first?.end === end && second?.start === end && second.end === bytes.length && others.length === 0
  const map = bytes.subarray(end)
  if (!areBoth || !isWhole(map)) return null
  const isVersioned = xmp !== undefined && VERSION.test(xmpOf(segments))
  return {
    base: without(bytes.subarray(0, end), [mpf, ...(xmp ? [xmp] : []), ...(iso ? [iso] : [])]),
    map,
    directory: mpf.data,
    xmp: isVersioned ? xmp.data : null,
    iso: iso?.data ?? null,
  }
}

/**
 * A picture, made from `base`, with the map and what points to it. What else the XMP says stays with `'all'` only. The
 * map is the same to the last byte.
 */
export function writeUltraHdr(
  picture: Uint8Array,
  { map, directory, xmp, iso }: UltraHdr,
  policy: Metadata,
): Uint8Array {
  const { segments, end } = readJpegSegments(picture)
  const jfif = findPart(segments, 'jfif')
  const exif = findPart(segments, 'exif')
  // Behind what readers expect first; a directory of pictures stands behind EXIF (CIPA DC-007, 5.1).
  const at = Math.max(jfif?.end ?? 2, exif?.end ?? 2)
  const pointers = [
    ...(xmp ? [writeSegment(marker.app1, policy === 'all' ? xmp : leastXmp(map.length))] : []),
    ...(iso ? [writeSegment(marker.app2, iso)] : []),
  ]
  const before = concatBytes([picture.subarray(0, at), ...pointers])
  const length = end + (before.length - at) + segmentHead + directory.length
  const places = [
    { start: 0, end: length },
    { start: length, end: length + map.length },
  ]
  const written = writePlaces(directory, places, before.length + segmentHead + tiffStart)
  return concatBytes([before, writeSegment(marker.app2, written), picture.subarray(at, end), map])
}

/** Bytes of a segment before its content: marker and length. */
const segmentHead = 4

function contentStart(segment: JpegSegment): number {
  return segment.end - segment.data.length
}

/** Whether the map is of a published kind: Apple's first form needs fields of EXIF that only Apple knows. */
function isUnderstood(xmp: string, iso: JpegSegment | undefined): boolean {
  if (xmp.includes('HDRGainMap')) return false
  return iso !== undefined || VERSION.test(xmp)
}

/** Whether a map is one complete JPEG that says nothing about a place or a person. */
function isWhole(map: Uint8Array): boolean {
  try {
    const { segments, end } = readJpegSegments(map)
    return end === map.length && findPart(segments, 'exif') === undefined
  } catch (error) {
    if (error instanceof BrokenImageError) return false
    throw error
  }
}

function without(bytes: Uint8Array, dropped: readonly JpegSegment[]): Uint8Array {
  const parts: Uint8Array[] = []
  let at = 0
  for (const { start, end } of dropped.toSorted((a, b) => a.start - b.start)) {
    parts.push(bytes.subarray(at, start))
    at = end
  }
  return concatBytes([...parts, bytes.subarray(at)])
}

/** What the Ultra HDR image format 1.0 asks of the first picture, and no more. */
function leastXmp(mapLength: number): Uint8Array {
  const item = (fields: string) =>
    `<rdf:li rdf:parseType="Resource"><Container:Item ${fields} Item:Mime="image/jpeg"/></rdf:li>`
  const packet = [
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
    '<rdf:Description xmlns:Container="http://ns.google.com/photos/1.0/container/"',
    ' xmlns:Item="http://ns.google.com/photos/1.0/container/item/"',
    ' xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0"><Container:Directory><rdf:Seq>',
    item('Item:Semantic="Primary"'),
    item(`Item:Semantic="GainMap" Item:Length="${mapLength}"`),
    '</rdf:Seq></Container:Directory></rdf:Description></rdf:RDF></x:xmpmeta>',
  ]
  return latin1Bytes(xmpHeader + packet.join(''))
}
