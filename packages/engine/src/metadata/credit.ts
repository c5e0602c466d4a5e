import type { Metadata } from '../types.js'
import { orientationExif, readExif } from './exif.js'

/**
 * The EXIF block that a result gets under this policy, without `Exif\0\0`; `null` for none. Orientation stays
 * always, because without it the picture turns.
 */
export function keptExif(source: Uint8Array | null, policy: Metadata): Uint8Array | null {
  if (!source || source.length === 0) return null
  if (policy === 'all') return source
  const { orientation, ...credit } = readExif(source)
  const kept = orientationExif(orientation, policy === 'safe' ? credit : {})
  return kept.length > 0 ? kept : null
}
