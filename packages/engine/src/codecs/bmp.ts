import { AmbiguousBitmapError, decodeBmp, encodings, readBmp } from '../bmp/index.js'
import { BrokenImageError } from '../inspect/index.js'
import type { KeptReason } from '../types.js'
import { type Candidate, type Codec, exact, UnreadableError } from './codec.js'

/** BMP: a palette and run lengths where there are few colours, no fourth byte where it says nothing. No pixel changes. */
export const bmp: Codec = async ({ bytes, facts }) => {
  if (facts.traits.has('variant')) return 'unsupported-variant'
  if (facts.traits.has('trailing-data')) return 'embedded-data'
  try {
    return encode(bytes, facts.colour !== 'srgb')
  } catch (error) {
    if (error instanceof AmbiguousBitmapError) return 'ambiguous'
    if (error instanceof BrokenImageError) throw new UnreadableError(error.message, { cause: error })
    throw error
  }
}

function encode(bytes: Uint8Array, keepsColour: boolean): Candidate[] | KeptReason {
  const file = readBmp(bytes)
  const bitmap = decodeBmp(file)
  if (bitmap.alpha === 'unclear') return 'ambiguous'
  // Only 32 bits hold transparency.
  if (bitmap.alpha === 'used') return []
  const opaque = { ...bitmap, words: bitmap.words.map((word) => (word | 0xff000000) >>> 0) }
  return [...encodings(opaque, file, keepsColour)].map(exact)
}
