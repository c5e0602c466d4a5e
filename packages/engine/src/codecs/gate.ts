import { prepareReference, score } from '../metric/ssimulacra2.js'
import { type Curve, throughCurve } from './gamma.js'
import { chooseSample } from './mosaic.js'
import { type Pixels, withAlpha, withoutIdleAlpha } from './pixels.js'

/** Scores pictures against one source. */
export interface Gate {
  /** What is compared: the source itself, or a mosaic of it. */
  readonly sample: Pixels
  /** Score of a picture of the sample's size. */
  scoreSample(distorted: Pixels): number
  /** Score of a picture of the source's size, over the same tiles. */
  scoreWhole(distorted: Pixels): number
}

/**
 * Opens a gate over at most `maxPixels` pixels of the source; the reference side is computed once. Both sides are seen
 * through `curve`, if there is one; samples hold the numbers as stored.
 */
export function openGate(source: Pixels, maxPixels: number, curve: Curve | null = null): Gate {
  const shown = (image: Pixels) => (curve === null ? image : throughCurve(image, curve))
  const take = chooseSample(source, maxPixels)
  const sample = withoutIdleAlpha(take(source))
  const reference = prepareReference(shown(sample))
  const scoreSample = (distorted: Pixels) => {
    const like = sample.channels === 3 ? withoutIdleAlpha(distorted) : withAlpha(distorted)
    return like.channels === sample.channels ? score(reference, shown(like)) : Number.NEGATIVE_INFINITY
  }
  return { sample, scoreSample, scoreWhole: (distorted) => scoreSample(take(distorted)) }
}
