import { concatBytes, hasText, latin1 } from './bytes.js'
import { isApplicationData, type JpegSegment, marker } from './jpeg-segments.js'

/** What an application segment holds. `'jfif'` and `'adobe'` say how components are to be read, the rest is metadata. */
export type JpegPart =
  | 'jfif'
  | 'adobe'
  | 'exif'
  | 'xmp'
  | 'xmp-extension'
  | 'icc'
  | 'mpf'
  | 'iso-gain-map'
  | 'iptc'
  | 'comment'
  | 'other'

export const exifHeader = 'Exif\0\0'
export const xmpHeader = 'http://ns.adobe.com/xap/1.0/\0'
export const iccHeader = 'ICC_PROFILE\0'

const signatures: readonly (readonly [number, string, JpegPart])[] = [
  [marker.app0, 'JFIF\0', 'jfif'],
  [marker.app14, 'Adobe', 'adobe'],
  [marker.app1, exifHeader, 'exif'],
  [marker.app1, xmpHeader, 'xmp'],
  [marker.app1, 'http://ns.adobe.com/xmp/extension/\0', 'xmp-extension'],
  [marker.app2, iccHeader, 'icc'],
  [marker.app2, 'MPF\0', 'mpf'],
  [marker.app2, 'urn:iso:std:iso:ts:21496:-1', 'iso-gain-map'],
  [marker.app13, 'Photoshop 3.0\0', 'iptc'],
]

/** What this segment holds; `null` when it is not application data but part of the picture. */
export function jpegPart(segment: JpegSegment): JpegPart | null {
  if (!isApplicationData(segment)) return null
  if (segment.marker === marker.com) return 'comment'
  return signatures.find(([code, text]) => code === segment.marker && hasText(segment.data, text))?.[2] ?? 'other'
}

/** First segment of a kind. */
export function findPart(segments: readonly JpegSegment[], part: JpegPart): JpegSegment | undefined {
  return segments.find((segment) => jpegPart(segment) === part)
}

/** The TIFF structure of the first EXIF segment. */
export function exifOf(segments: readonly JpegSegment[]): Uint8Array | null {
  return findPart(segments, 'exif')?.data.subarray(exifHeader.length) ?? null
}

/** The XMP packet, its extension segments not included. */
export function xmpOf(segments: readonly JpegSegment[]): string {
  const data = findPart(segments, 'xmp')?.data
  return data ? latin1(data, xmpHeader.length) : ''
}

/**
 * The colour profile, put together from its numbered segments (ICC.1 annex B.4). `null` when there is none or a
 * part is missing or doubled: many decoders then ignore it too.
 */
export function iccOf(segments: readonly JpegSegment[]): Uint8Array | null {
  const parts = segments.filter((segment) => jpegPart(segment) === 'icc').map(({ data }) => data)
  const number = iccHeader.length
  const ordered = parts.toSorted((a, b) => (a[number] ?? 0) - (b[number] ?? 0))
  const complete = ordered.every((part, i) => part[number] === i + 1 && part[number + 1] === parts.length)
  if (parts.length === 0 || !complete) return null
  return concatBytes(ordered.map((part) => part.subarray(number + 2)))
}
