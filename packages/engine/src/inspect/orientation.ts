import { isCircularExif, readExif } from '../metadata/exif.js'
import type { Format } from '../types.js'
import { BrokenImageError } from './broken.js'

/** The orientation that an EXIF block tells, 1 without one. @throws BrokenImageError when it leads decoders in circles */
export function orientationOf(exif: Uint8Array | null | undefined, format: Format): number {
  if (!exif) return 1
  if (isCircularExif(exif)) throw new BrokenImageError(format, 'EXIF directories that lead to one another')
  return readExif(exif).orientation
}
