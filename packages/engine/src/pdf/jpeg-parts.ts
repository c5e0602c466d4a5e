import { concatBytes } from '../inspect/bytes.js'
import { isApplicationData, marker, readJpegSegments } from '../inspect/jpeg-segments.js'

/** What decides how a JPEG's components are understood inside a PDF. */
export interface JpegModel {
  readonly width: number
  readonly height: number
  readonly bits: number
  readonly components: number
  /** Adobe's number for the colour transform, or `null` without such a segment. */
  readonly transform: number | null
  /** Whether all readers take three components as YCbCr, or the one for grey. */
  readonly plain: boolean
}

/** The bytes from start to end marker without what no PDF reader looks at: profiles, Exif, comments, what follows. */
export function bareJpeg(bytes: Uint8Array): Uint8Array {
  const { segments, end } = readJpegSegments(bytes)
  const parts: Uint8Array[] = []
  let at = 0
  for (const segment of segments) {
    if (!isApplicationData(segment) || segment.marker === marker.app0 || segment.marker === marker.app14) continue
    parts.push(bytes.subarray(at, segment.start))
    at = segment.end
  }
  return concatBytes([...parts, bytes.subarray(at, end)])
}

/** Reads the frame header. @throws BrokenImageError when anything is missing. */
export function readJpegModel(bytes: Uint8Array): JpegModel | null {
  const { segments } = readJpegSegments(bytes)
  const frame = segments.find(
    ({ marker: code }) => code >= 0xc0 && code <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(code),
  )?.data
  if (frame === undefined) return null
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length)
  const components = frame[5] ?? 0
  const adobe = segments.find(({ marker: code, data }) => code === marker.app14 && data.length >= 12)?.data
  const transform = adobe === undefined ? null : (adobe[11] ?? 0)
  const ids = Array.from({ length: components }, (_, i) => frame[6 + 3 * i])
  const jfif = segments.some(({ marker: code }) => code === marker.app0)
  const plain =
    components === 1 ||
    (components === 3 && (transform ?? 1) === 1 && (jfif || transform === 1 || ids.join() === '1,2,3'))
  return { width: view.getUint16(3), height: view.getUint16(1), bits: frame[0] ?? 0, components, transform, plain }
}
