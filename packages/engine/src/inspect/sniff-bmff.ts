import type { Format } from '../types.js'
import { hasText, latin1 } from './bytes.js'

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
