import type { Format } from '../types.js'

// What files of the web lose on average at the default quality, by the measurements in bench/RESULTS.md, rounded.
const shares: Partial<Record<Format, number>> = { jpeg: 0.4, png: 0.5, gif: 0.3, webp: 0.2, avif: 0.05, svg: 0.3 }

/** Bytes that compressing a file may save, as far as that can be told beforehand. */
export function potentialSaving(format: Format, size: number): number {
  return size * (shares[format] ?? 0.2)
}
