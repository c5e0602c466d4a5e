import type { Format } from '../types.js'
import { hasText } from './bytes.js'
import { sniffBmff } from './sniff-bmff.js'
import { looksLikeSvg } from './sniff-svg.js'
import { sniffZip } from './sniff-zip.js'

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

/** An icon directory: at least one image, its reserved byte 0, its data behind the directory. */
function isIco(bytes: Uint8Array): boolean {
  if (!hasText(bytes, '\0\0\x01\0') || bytes.length < 22) return false
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const count = view.getUint16(4, true)
  return count > 0 && bytes[9] === 0 && view.getUint32(18, true) >= 6 + 16 * count
}
