import { isDensityCorrected } from '../metadata/exif-size.js'
import { BrokenImageError } from './broken.js'
import type { Facts, Trait } from './facts.js'
import { colourOfIcc } from './icc.js'
import { exifOf, findPart, iccOf, xmpOf } from './jpeg-metadata.js'
import { type JpegSegment, type JpegStructure, marker, readJpegSegments } from './jpeg-segments.js'
import { orientationOf } from './orientation.js'
import { still } from './timing.js'
import { hasTrailingData } from './trailing.js'

/** Reads a JPEG from marker to marker. @throws BrokenImageError when it is incomplete. */
export function inspectJpeg(bytes: Uint8Array): Facts {
  const structure = readJpegSegments(bytes)
  const { segments } = structure
  const frame = readFrame(segments)
  const exif = exifOf(segments)
  const icc = iccOf(segments)
  const size = { width: frame.width, height: frame.height || lateHeight(segments) }
  const orientation = orientationOf(exif, 'jpeg')
  const isScaled = exif !== null && isDensityCorrected(exif, size)
  return {
    format: 'jpeg',
    ...size,
    ...still,
    alpha: false,
    bitDepth: frame.precision,
    model: models[frame.components] ?? 'other',
    orientation,
    colour: icc ? colourOfIcc(icc) : 'srgb',
    lossless: frame.lossless,
    traits: traitsOf(bytes, structure, { components: frame.components, icc, isScaled }),
  }
}

const models: Readonly<Record<number, Facts['model']>> = { 1: 'grey', 3: 'rgb', 4: 'cmyk' }

interface Frame {
  readonly precision: number
  readonly width: number
  /** 0 when it is told behind the first scan. */
  readonly height: number
  readonly components: number
  readonly lossless: boolean
}

/** Start-of-frame markers are 0xc0 to 0xcf without DHT, JPG and DAC (T.81 table B.1). */
function isFrame({ marker: code }: JpegSegment): boolean {
  return code >= 0xc0 && code <= 0xcf && code !== 0xc4 && code !== 0xc8 && code !== 0xcc
}

function readFrame(segments: readonly JpegSegment[]): Frame {
  const frames = segments.filter(isFrame)
  const [frame] = frames
  if (!frame || frames.length > 1) throw new BrokenImageError('jpeg', `${frames.length} frame headers`)
  if (!segments.some((segment) => segment.marker === marker.sos && segment.start > frame.start)) {
    throw new BrokenImageError('jpeg', 'no scan')
  }
  const [precision = 0, h1 = 0, h0 = 0, w1 = 0, w0 = 0, components = 0] = frame.data
  const width = (w1 << 8) | w0
  if (width === 0 || components === 0 || frame.data.length !== 6 + 3 * components) {
    throw new BrokenImageError('jpeg', 'a frame header that makes no sense')
  }
  // The lossless processes are the fourth of each group: SOF3, SOF7, SOF11, SOF15.
  return { precision, width, height: (h1 << 8) | h0, components, lossless: (frame.marker & 3) === 3 }
}

/** The height that a DNL segment tells when the frame header left it open. */
function lateHeight(segments: readonly JpegSegment[]): number {
  const [high = 0, low = 0] = segments.find((segment) => segment.marker === marker.dnl)?.data ?? []
  const height = (high << 8) | low
  if (height === 0) throw new BrokenImageError('jpeg', 'no height')
  return height
}

const gainMapNames = ['http://ns.adobe.com/hdr-gain-map/', 'hdrgm:', 'HDRGainMap']
const motionPhotoNames = ['MotionPhoto', 'MicroVideo']

function traitsOf(
  bytes: Uint8Array,
  { segments, end }: JpegStructure,
  { components, icc, isScaled }: { components: number; icc: Uint8Array | null; isScaled: boolean },
): ReadonlySet<Trait> {
  const traits = new Set<Trait>()
  const xmp = xmpOf(segments)
  if (findPart(segments, 'iso-gain-map') || gainMapNames.some((name) => xmp.includes(name))) traits.add('gain-map')
  if (hasTrailingData(bytes, end) || findPart(segments, 'mpf') || motionPhotoNames.some((name) => xmp.includes(name))) {
    traits.add('trailing-data')
  }
  if (components === 4 && !findPart(segments, 'adobe')) traits.add('unmarked-cmyk')
  if (icc === null && findPart(segments, 'icc')) traits.add('torn-profile')
  if (isScaled) traits.add('density')
  return traits
}
