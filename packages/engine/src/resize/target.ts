import type { Facts, Trait } from '../inspect/facts.js'
import { SCALED_MARK } from '../metadata/exif.js'
import type { Format } from '../types.js'
import { type Resize, resizedDimensions, type Size } from './size.js'

/**
 * Formats that can hold a resized picture as well as the source. In a GIF the new colours would not fit into its
 * palette, an SVG has no pixels, an icon has its sizes for a reason.
 */
const SCALABLE: ReadonlySet<Format> = new Set<Format>(['jpeg', 'png', 'webp', 'avif'])

/** Where pixels mean something to somebody, or belong to more than one picture. */
const FIXED: readonly Trait[] = ['apng', 'sequence', 'nine-patch', 'gain-map', 'torn-profile', 'density']

/**
 * The size that a result must have: what {@link resizedDimensions} says, or the source's own where resizing does not
 * apply to it.
 */
export function targetSize(source: Uint8Array, facts: Facts, resize: Resize | undefined): Size {
  const { width, height } = facts
  if (resize === undefined || !isScalable(facts)) return { width, height }
  if (typeof resize === 'object' && 'percent' in resize && isScaled(source)) return { width, height }
  return resizedDimensions(width, height, resize)
}

function isScalable({ format, traits, frames, delays, model, bitDepth, orientation }: Facts): boolean {
  if (!SCALABLE.has(format) || FIXED.some((trait) => traits.has(trait))) return false
  switch (format) {
    case 'jpeg':
      // Inks are not mixed like light, and the encoder takes 8 bits.
      return (model === 'rgb' || model === 'grey') && bitDepth === 8 && !traits.has('trailing-data')
    case 'webp':
      // The encoder makes 100 of 0 ms.
      return frames === 1 || !delays.includes(0)
    case 'avif':
      return frames === 1 && bitDepth === 8 && orientation === 1 && model !== 'other'
    default:
      return frames === 1
  }
}

/**
 * Whether a picture was scaled by a percentage before: that of a result would be a smaller one with every pass. Looked
 * for anywhere, as the mark is stored as it is in each format, and nothing else says this.
 */
function isScaled(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(SCALED_MARK, 0, 'latin1')
}
