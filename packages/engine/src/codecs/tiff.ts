import { BrokenImageError } from '../inspect/index.js'
import { repackTiff } from '../tiff/index.js'
import { type Codec, exact, UnreadableError } from './codec.js'

/** TIFF: every page's samples under Deflate. Nothing about a sample or a field changes. */
export const tiff: Codec = async ({ bytes, facts, settings }) => {
  if (facts.traits.has('variant')) return 'unsupported-variant'
  if (facts.traits.has('trailing-data')) return 'embedded-data'
  try {
    const packed = await repackTiff(bytes, facts.width * facts.height * facts.frames, settings)
    return typeof packed === 'string' ? packed : [exact(packed)]
  } catch (error) {
    if (error instanceof BrokenImageError) throw new UnreadableError(error.message, { cause: error })
    throw error
  }
}
