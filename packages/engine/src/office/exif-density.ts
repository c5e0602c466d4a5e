import { entriesOf, openTiff } from '../inspect/tiff-structure.js'

const tags = { x: 0x011a, y: 0x011b, unit: 0x0128 } as const
/** EXIF's numbers for dots per inch and per centimetre, in JFIF's. */
const units: Readonly<Record<number, number>> = { 2: 1, 3: 2 }

/** Density in the first directory of an EXIF block, in the five bytes of a JFIF segment; `null` if it says none. */
export function exifDensity(bytes: Uint8Array): Uint8Array | null {
  const tiff = openTiff(bytes)
  if (tiff === null) return null
  const { view, little, first } = tiff
  const valueAt = (tag: number): number | null => {
    for (const at of entriesOf(tiff, first)) if (view.getUint16(at, little) === tag) return at + 8
    return null
  }
  const rational = (tag: number): number => {
    const at = valueAt(tag)
    const target = at === null ? view.byteLength : view.getUint32(at, little)
    if (target + 8 > view.byteLength) return 0
    return Math.round(view.getUint32(target, little) / view.getUint32(target + 4, little))
  }
  const unitAt = valueAt(tags.unit)
  const unit = units[unitAt === null ? 2 : view.getUint16(unitAt, little)] ?? 0
  const [x, y] = [rational(tags.x), rational(tags.y)]
  const sane = (value: number): boolean => value > 0 && value <= 0xffff
  return unit !== 0 && sane(x) && sane(y) ? Uint8Array.of(unit, x >> 8, x, y >> 8, y) : null
}
