import type { Format } from '../types.js'
import { hasText, latin1 } from './bytes.js'
import { looksLikeSvg } from './sniff-svg.js'

// In one file, because builds load it even when every image comes from a cache, and each module costs them time.

// Asked by first byte, so that the many files of a build that are none of these cost one look-up.
const byFirstByte = new Map<number, (bytes: Uint8Array) => Format | null>([
  [0xff, (bytes) => (bytes[1] === 0xd8 && bytes[2] === 0xff ? 'jpeg' : null)],
  [0x89, (bytes) => (hasText(bytes, '\x89PNG\r\n\x1a\n') ? 'png' : null)],
  [0x47, (bytes) => (hasText(bytes, 'GIF87a') || hasText(bytes, 'GIF89a') ? 'gif' : null)],
  [0x52, (bytes) => (hasText(bytes, 'RIFF') && hasText(bytes, 'WEBP', 8) ? 'webp' : null)],
  [0x49, (bytes) => (hasText(bytes, 'II*\0') || hasText(bytes, 'II+\0') ? 'tiff' : null)],
  [0x4d, (bytes) => (hasText(bytes, 'MM\0*') || hasText(bytes, 'MM\0+') ? 'tiff' : null)],
  [0x42, (bytes) => (isBmp(bytes) ? 'bmp' : null)],
  [0x00, (bytes) => sniffBmff(bytes) ?? (isIco(bytes) ? 'ico' : null)],
  [0x25, (bytes) => (hasText(bytes, '%PDF-') ? 'pdf' : null)],
  [0x50, sniffZip],
])

/** The format that bytes are, told by content alone; `null` when it is none that is known here. Never throws. */
export function sniff(bytes: Uint8Array): Format | null {
  const first = bytes[0]
  if (first === undefined) return null
  const known = byFirstByte.get(first)
  if (known) return known(bytes)
  return looksLikeSvg(bytes) ? 'svg' : null
}

/** Whether bytes are not the file itself but the text that Git LFS keeps in its place. */
export function isLfsPointer(bytes: Uint8Array): boolean {
  return hasText(bytes, 'version https://git-lfs.github.com/spec/')
}

/** Sizes of the second header of every BMP version; they tell a BMP from text that begins with "BM". */
const bmpHeaderSizes = new Set([12, 16, 40, 52, 56, 64, 108, 124])

function isBmp(bytes: Uint8Array): boolean {
  return hasText(bytes, 'BM') && hasText(bytes, '\0\0\0', 15) && bmpHeaderSizes.has(bytes[14] ?? 0)
}

/** The directory of an icon or a cursor: at least one image, its reserved byte 0, its data behind the directory. */
function isIco(bytes: Uint8Array): boolean {
  if (!(hasText(bytes, '\0\0\x01\0') || hasText(bytes, '\0\0\x02\0')) || bytes.length < 22) return false
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const count = view.getUint16(4, true)
  return count > 0 && bytes[9] === 0 && view.getUint32(18, true) >= 6 + 16 * count
}

const avifBrands = new Set(['avif', 'avis'])
const heicBrands = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs'])
/** HEIF of any codec. Without an AVIF brand beside it the pictures are HEVC in practice. */
const heifBrands = new Set(['mif1', 'mif2', 'msf1', 'miaf'])
/** Brands are listed in the first box; real files have up to about ten. */
const mostBrands = 64

/** AVIF or HEIC by the brands of the first box (ISO/IEC 23008-12, AVIF 1.1 section 7); `null` for anything else. */
export function sniffBmff(bytes: Uint8Array): Format | null {
  if (!hasText(bytes, 'ftyp', 4)) return null
  const brands = brandsOf(bytes)
  const [major = ''] = brands
  if (avifBrands.has(major)) return 'avif'
  if (heicBrands.has(major)) return 'heic'
  if (!heifBrands.has(major)) return null
  return brands.some((brand) => avifBrands.has(brand)) ? 'avif' : 'heic'
}

/** The major brand, then the compatible ones. */
export function brandsOf(bytes: Uint8Array): string[] {
  const size = ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0)
  const end = Math.min(size, bytes.length, 16 + mostBrands * 4)
  const brands = [latin1(bytes, 8, 12)]
  for (let at = 16; at + 4 <= end; at += 4) brands.push(latin1(bytes, at, at + 4))
  return brands
}

const endRecordSize = 22
/** A zip comment, which stands behind the end record, has at most this many bytes. */
const longestComment = 0xffff
const entrySize = 46

const byFolder: readonly (readonly [string, Format])[] = [
  ['word/', 'docx'],
  ['ppt/', 'pptx'],
  ['xl/', 'xlsx'],
]

/** Word, PowerPoint or Excel by the names in the zip's central directory; `null` for other zips. */
function sniffZip(bytes: Uint8Array): Format | null {
  if (!hasText(bytes, 'PK\x03\x04')) return null
  let typed = false
  let format: Format | null = null
  for (const name of centralNames(bytes)) {
    typed ||= name === '[Content_Types].xml'
    format ??= byFolder.find(([folder]) => name.startsWith(folder))?.[1] ?? null
    if (typed && format) return format
  }
  return null
}

/** Names in the central directory (APPNOTE 4.3.12), as far as it can be read. */
function* centralNames(bytes: Uint8Array): Generator<string> {
  const end = endRecordAt(bytes)
  if (end < 0) return
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = view.getUint32(end + 16, true)
  while (at + entrySize <= end && hasText(bytes, 'PK\x01\x02', at)) {
    const nameLength = view.getUint16(at + 28, true)
    yield latin1(bytes, at + entrySize, at + entrySize + nameLength)
    at += entrySize + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  }
}

/** Where the end of central directory record begins, -1 when there is none. */
function endRecordAt(bytes: Uint8Array): number {
  const tail = Math.max(0, bytes.length - endRecordSize - longestComment)
  const found = latin1(bytes, tail).lastIndexOf('PK\x05\x06')
  const at = tail + found
  return found < 0 || at + endRecordSize > bytes.length ? -1 : at
}
