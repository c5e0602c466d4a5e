import { BrokenImageError, type Format, inspect, targetSize } from '@compress-fast/engine/inspect'
import type { Survey } from '../engine/engine.js'
import type { Scale } from '../types.js'

/**
 * What a file says of itself before an engine elsewhere is asked: whether its structure is whole, as no result could be
 * compared with one that is not, and whether `resize` makes anything of it smaller. Documents are not unpacked for this.
 */
export function surveyOf(format: Format, source: Uint8Array, resize: Scale | undefined): Survey {
  try {
    const facts = inspect(source, format)
    if (facts === null) return { damage: null, scale: resize }
    const { width, height } = targetSize(source, facts, resize)
    return { damage: null, scale: width === facts.width && height === facts.height ? undefined : resize }
  } catch (error) {
    if (error instanceof BrokenImageError) return { damage: error.message }
    throw error
  }
}
