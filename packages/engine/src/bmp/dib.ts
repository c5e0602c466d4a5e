import { hasText } from '../inspect/bytes.js'
import { Reader } from '../inspect/reader.js'

/** How pixels lie in a bitmap (biCompression). */
export const compression = { none: 0, rle8: 1, rle4: 2, bitfields: 3 } as const

/** What a bitmap's second header says: the part that a BMP and an icon share ("DIB"). */
export interface Dib {
  /** Bytes of the header, which tells its version: 12 OS/2 1.x, 40 the usual one, 108 and 124 with colours. */
  readonly headerSize: number
  readonly width: number
  /** Rows, mask of an icon included. */
  readonly height: number
  /** Whether the first row is the uppermost; mostly the last one is. */
  readonly isTopDown: boolean
  readonly bits: number
  readonly compression: number
  /** Bits of red, green, blue and alpha in a pixel of 16 or 32 bits; 0 where there are none. */
  readonly masks: readonly [number, number, number, number]
  /** Where the palette begins, counted from the header. */
  readonly paletteAt: number
  /** Entries, and bytes of each. */
  readonly paletteLength: number
  readonly entrySize: 3 | 4
  /** Pixels per metre, across and down, eight bytes as they are stored. */
  readonly density: Uint8Array
  /** Whether pixels of this kind are taken apart here. */
  readonly isKnown: boolean
}

const coreSize = 12
const infoSize = 40
/** Versions by Windows. OS/2 2.x has 16 and 64, with compression of its own. */
const knownSizes = new Set([coreSize, infoSize, 52, 56, 108, 124])
const bitDepths = new Set([1, 4, 8, 16, 24, 32])

/** Reads the header at the reader, and leaves it at the palette. @throws BrokenImageError when it is cut short */
export function readDib(reader: Reader): Dib {
  const start = reader.position
  const headerSize = reader.u32le()
  const whole = new Reader(reader.bytes.subarray(0, start + headerSize), reader.format, start + 4)
  const dib = headerSize === coreSize ? readCore(whole) : readInfo(whole, headerSize, reader.bytes)
  if (dib.width < 1 || dib.height < 1) throw reader.broken('no pixels')
  reader.skip(start + dib.paletteAt - reader.position)
  return { ...dib, isKnown: knownSizes.has(headerSize) && bitDepths.has(dib.bits) && isKnownCompression(dib) }
}

type Read = Omit<Dib, 'isKnown'>

function isKnownCompression({ compression: kind, bits, isTopDown }: Read): boolean {
  if (kind === compression.none) return true
  if (kind === compression.bitfields) return bits === 16 || bits === 32
  return !isTopDown && ((kind === compression.rle8 && bits === 8) || (kind === compression.rle4 && bits === 4))
}

function readCore(reader: Reader): Read {
  const [width, height] = [reader.u16le(), reader.u16le()]
  reader.skip(2)
  const bits = reader.u16le()
  return {
    headerSize: coreSize,
    width,
    height,
    isTopDown: false,
    bits,
    compression: compression.none,
    masks: noMasks,
    paletteAt: coreSize,
    paletteLength: bits <= 8 ? 1 << bits : 0,
    entrySize: 3,
    density: new Uint8Array(8),
  }
}

function readInfo(reader: Reader, headerSize: number, bytes: Uint8Array): Read {
  const start = reader.position - 4
  const [width, signedHeight] = [reader.u32le() | 0, reader.u32le() | 0]
  reader.skip(2)
  const bits = reader.u16le()
  const isShort = headerSize < infoSize
  const kind = isShort ? compression.none : reader.u32le()
  if (!isShort) reader.skip(4)
  const density = isShort ? new Uint8Array(8) : reader.take(8)
  const used = isShort ? 0 : reader.u32le()
  // A plain header is followed by its masks, longer ones hold them.
  const masksBehind = headerSize === infoSize && kind === compression.bitfields
  const most = bits <= 8 ? 1 << bits : 0
  return {
    headerSize,
    width,
    height: Math.abs(signedHeight),
    isTopDown: signedHeight < 0,
    bits,
    compression: kind,
    masks:
      kind === compression.bitfields
        ? readMasks(new Reader(bytes, reader.format, start + infoSize), headerSize)
        : noMasks,
    paletteAt: headerSize + (masksBehind ? 12 : 0),
    paletteLength: used === 0 ? most : Math.min(used, most),
    entrySize: 4,
    density,
  }
}

const noMasks = [0, 0, 0, 0] as const

function readMasks(reader: Reader, headerSize: number): Dib['masks'] {
  return [reader.u32le(), reader.u32le(), reader.u32le(), headerSize >= 56 ? reader.u32le() : 0]
}

/** Bytes of a row, which always ends at a multiple of four. */
export function rowSize(width: number, bits: number): number {
  return Math.ceil((width * bits) / 32) * 4
}

/** Whether an icon's picture is a PNG in a bitmap's place. */
export function isPng(bytes: Uint8Array): boolean {
  return hasText(bytes, '\x89PNG\r\n\x1a\n')
}
