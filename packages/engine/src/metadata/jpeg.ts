import { concatBytes, latin1Bytes, u16be } from '../inspect/bytes.js'
import { colourOfIcc } from '../inspect/icc.js'
import {
  exifHeader,
  exifOf,
  findPart,
  iccHeader,
  iccOf,
  type JpegPart,
  jpegPart,
  xmpHeader,
} from '../inspect/jpeg-metadata.js'
import { type JpegSegment, marker, readJpegSegments } from '../inspect/jpeg-segments.js'
import type { Metadata } from '../types.js'
import { type ExifChange, keptExif, sameExif } from './credit.js'

/** Metadata of a JPEG as it stands in the file; views, not copies. */
export interface JpegMetadata {
  /** The colour profile, put together; `null` when there is none or it is incomplete. */
  readonly icc: Uint8Array | null
  /** A TIFF structure, without `Exif\0\0`. */
  readonly exif: Uint8Array | null
  /** The XMP packet, without its extensions. */
  readonly xmp: Uint8Array | null
  /** Photoshop's image resources (APP13), in which IPTC fields are. */
  readonly iptc: Uint8Array | null
  readonly comments: readonly Uint8Array[]
  /** Content of the JFIF segment: version, density, thumbnail. */
  readonly jfif: Uint8Array | null
}

/** Reads what metadata a JPEG has. @throws BrokenImageError when it is incomplete */
export function readJpegMetadata(bytes: Uint8Array): JpegMetadata {
  const { segments } = readJpegSegments(bytes)
  const behind = (part: JpegPart, skipped: number): Uint8Array | null =>
    findPart(segments, part)?.data.subarray(skipped) ?? null
  return {
    icc: iccOf(segments),
    exif: exifOf(segments),
    xmp: behind('xmp', xmpHeader.length),
    iptc: behind('iptc', 'Photoshop 3.0\0'.length),
    comments: segments.filter((segment) => segment.marker === marker.com).map(({ data }) => data),
    jfif: behind('jfif', 'JFIF\0'.length),
  }
}

/**
 * `encoded` with the metadata of `source` that the policy keeps, and no other. `'none'`: orientation, and the colour
 * profile unless it says sRGB. `'safe'`: artist and copyright too. `'all'`: every metadata segment as it is, except
 * a multi-picture directory, whose offsets would point nowhere. No pixel is touched; both are expected to hold the
 * same colour numbers. @throws BrokenImageError when either is incomplete
 */
export function writeJpegMetadata(
  encoded: Uint8Array,
  source: Uint8Array,
  policy: Metadata,
  change: ExifChange = sameExif,
): Uint8Array {
  const target = readJpegSegments(encoded)
  const original = readJpegSegments(source).segments
  const jfif = findPart(target.segments, 'jfif')
  const density = policy === 'all' && jfif ? findPart(original, 'jfif') : undefined
  const kept = policy === 'all' ? verbatim(original, source, change) : chosen(original, policy, change)
  const dropped = target.segments.filter((segment) => isMetadata(segment) || segment === jfif)
  return concatBytes([
    encoded.subarray(0, 2),
    ...(density ? [raw(density, source)] : jfif ? [raw(jfif, encoded)] : []),
    ...kept,
    ...without(encoded.subarray(0, target.end), dropped),
  ])
}

/** JFIF and Adobe segments tell the decoder what the components are; all other application data is metadata. */
function isMetadata(segment: JpegSegment): boolean {
  const part = jpegPart(segment)
  return part !== null && part !== 'jfif' && part !== 'adobe'
}

function verbatim(segments: readonly JpegSegment[], source: Uint8Array, change: ExifChange): Uint8Array[] {
  const kept = segments.filter((segment) => isMetadata(segment) && jpegPart(segment) !== 'mpf')
  const before = exifOf(segments)
  const after = change(before)
  if (after === before) return kept.map((segment) => raw(segment, source))
  const others = kept.filter((segment) => segment !== findPart(segments, 'exif'))
  return [...writeExif(after), ...others.map((segment) => raw(segment, source))]
}

function chosen(segments: readonly JpegSegment[], policy: Metadata, change: ExifChange): Uint8Array[] {
  const exif = keptExif(exifOf(segments), policy, change)
  const icc = iccOf(segments)
  return [...writeExif(exif), ...(icc && colourOfIcc(icc) !== 'srgb' ? writeIcc(icc) : [])]
}

/** One segment holds no more; a block that grew beyond it is lost. */
function writeExif(exif: Uint8Array | null): Uint8Array[] {
  const content = exif && exif.length > 0 && concatBytes([latin1Bytes(exifHeader), exif])
  return content && content.length <= longestSegment ? [writeSegment(marker.app1, content)] : []
}

function raw(segment: JpegSegment, bytes: Uint8Array): Uint8Array {
  return bytes.subarray(segment.start, segment.end)
}

/** The file from behind its start marker, these segments left out. */
function without(bytes: Uint8Array, dropped: readonly JpegSegment[]): Uint8Array[] {
  let at = 2
  const parts = dropped.map((segment) => {
    const part = bytes.subarray(at, segment.start)
    at = segment.end
    return part
  })
  return [...parts, bytes.subarray(at)]
}

/** A segment with its marker and length. `data` has 65,533 bytes at most. */
export function writeSegment(code: number, data: Uint8Array): Uint8Array {
  return concatBytes([Uint8Array.of(0xff, code), u16be(data.length + 2), data])
}

/** A segment's length has 16 bits and counts itself. */
const longestSegment = 65_533

/** A segment's 65,533 bytes without the header, the number and the count (ICC.1 annex B.4). */
const iccPartSize = 65_519
/** Parts are numbered in one byte. */
const mostIccParts = 255

function writeIcc(profile: Uint8Array): Uint8Array[] {
  const count = Math.ceil(profile.length / iccPartSize)
  // More cannot come from a JPEG, and cannot be written into one.
  if (count > mostIccParts) return []
  return Array.from({ length: count }, (_, i) => {
    const part = profile.subarray(i * iccPartSize, (i + 1) * iccPartSize)
    return writeSegment(marker.app2, concatBytes([latin1Bytes(iccHeader), Uint8Array.of(i + 1, count), part]))
  })
}
