import { hasText } from '../inspect/bytes.js'

const tags = { x: 0x011a, y: 0x011b, unit: 0x0128 } as const
const entrySize = 12
/** EXIF's numbers for dots per inch and per centimetre, in JFIF's. */
const units: Readonly<Record<number, number>> = { 2: 1, 3: 2 }

/** Density in the first directory of an EXIF block, in the five bytes of a JFIF segment; `null` if it says none. */
export function exifDensity(tiff: Uint8Array): Uint8Array | null {
  const little = hasText(tiff, 'II*\0')
  if (tiff.length < 8 || !(little || hasText(tiff, 'MM\0*'))) return null
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength)
  const start = view.getUint32(4, little)
  if (start + 2 > tiff.length) return null
  const count = Math.min(view.getUint16(start, little), Math.floor((tiff.length - start - 2) / entrySize))
  const valueAt = (tag: number): number | null => {
    for (let i = 0; i < count; i++) {
      const at = start + 2 + i * entrySize
      if (view.getUint16(at, little) === tag) return at + 8
    }
    return null
  }
  const rational = (tag: number): number => {
    const at = valueAt(tag)
    const target = at === null ? tiff.length : view.getUint32(at, little)
    if (target + 8 > tiff.length) return 0
    return Math.round(view.getUint32(target, little) / view.getUint32(target + 4, little))
  }
  const unitAt = valueAt(tags.unit)
  const unit = units[unitAt === null ? 2 : view.getUint16(unitAt, little)] ?? 0
  const [x, y] = [rational(tags.x), rational(tags.y)]
  const sane = (value: number): boolean => value > 0 && value <= 0xffff
  return unit !== 0 && sane(x) && sane(y) ? Uint8Array.of(unit, x >> 8, x, y >> 8, y) : null
}
