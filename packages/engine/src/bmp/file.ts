import { hasText } from '../inspect/bytes.js'
import { Reader } from '../inspect/reader.js'
import { compression, type Dib, readDib, rowSize } from './dib.js'

/** A BMP taken apart, its pixels as they are stored. */
export interface BmpFile {
  readonly dib: Dib
  /** The second header as it stands in the file. */
  readonly header: Uint8Array
  readonly palette: Uint8Array
  readonly pixels: Uint8Array
  /** A colour profile, or the name of one. */
  readonly profile: Uint8Array | null
  /** Behind everything that the headers speak of. */
  readonly end: number
}

const fileHeaderSize = 14

/** Takes a BMP apart. @throws BrokenImageError when it is incomplete */
export function readBmp(bytes: Uint8Array): BmpFile {
  const reader = new Reader(bytes, 'bmp')
  if (!hasText(bytes, 'BM')) throw reader.broken('no signature')
  reader.skip(10)
  const pixelsAt = reader.u32le()
  const dib = readDib(reader)
  const header = bytes.subarray(fileHeaderSize, fileHeaderSize + dib.headerSize)
  const palette = reader.take(Math.max(0, Math.min(dib.paletteLength * dib.entrySize, pixelsAt - reader.position)))
  if (pixelsAt > bytes.length) throw reader.broken('no pixels')
  reader.position = pixelsAt
  const size = sizeOfPixels(dib, header)
  const pixels = reader.take(size ?? reader.left)
  const profile = readProfile(bytes, header)
  const behind = profile ? profile.byteOffset - bytes.byteOffset + profile.length : 0
  return { dib, header, palette, pixels, profile, end: Math.max(reader.position, behind) }
}

/** `null` when only the end of the file tells. */
function sizeOfPixels({ width, height, bits, compression: kind, isKnown }: Dib, header: Uint8Array): number | null {
  if (isKnown && (kind === compression.none || kind === compression.bitfields)) return rowSize(width, bits) * height
  const stated = header.length >= 40 ? new Reader(header, 'bmp', 20).u32le() : 0
  return stated === 0 ? null : stated
}

/** Offsets within the headers that describe colours. */
const colourSpaceAt = 56
const profileAt = 112
/** 'MBED' and 'LINK', the least significant byte first. */
const embedded = 'DEBM'
const linked = 'KNIL'

function readProfile(bytes: Uint8Array, header: Uint8Array): Uint8Array | null {
  if (header.length < 124 || !(hasText(header, embedded, colourSpaceAt) || hasText(header, linked, colourSpaceAt)))
    return null
  const fields = new Reader(header, 'bmp', profileAt)
  const reader = new Reader(bytes, 'bmp')
  reader.skip(fileHeaderSize + fields.u32le())
  return reader.take(fields.u32le())
}
