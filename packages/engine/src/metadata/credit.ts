import type { Metadata } from '../types.js'
import { orientationExif, readExif } from './exif.js'

/** What becomes of a source's EXIF block before the policy has its say; `null` is none. */
export type ExifChange = (exif: Uint8Array | null) => Uint8Array | null

/** EXIF as it is. */
export const sameExif: ExifChange = (exif) => exif

/**
 * The EXIF block that a result gets under this policy, without `Exif\0\0`; `null` for none. Orientation stays
 * always, because without it the picture turns, and so does the mark of a picture scaled by percentage.
 */
export function keptExif(
  source: Uint8Array | null,
  policy: Metadata,
  change: ExifChange = sameExif,
): Uint8Array | null {
  const exif = change(source)
  if (!exif || exif.length === 0) return null
  if (policy === 'all') return exif
  const { orientation, scaled, ...credit } = readExif(exif)
  const kept = orientationExif(orientation, { ...(policy === 'safe' && credit), ...(scaled && { scaled }) })
  return kept.length > 0 ? kept : null
}
