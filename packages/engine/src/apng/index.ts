import type { Facts } from '../inspect/facts.js'
import type { Effort } from '../types.js'
import { chooseStorage } from './layout.js'
import { packStep, packStill } from './pack.js'
import { planSteps } from './plan.js'
import { readStill } from './play.js'
import { surveyOf } from './survey.js'
import { type Apng, type ApngFrame, blend } from './types.js'

export { compareApngs } from './compare.js'
export { repackFrames } from './pack.js'
export { parseApng } from './parse.js'
export { play } from './play.js'
export type { Apng } from './types.js'
export { writeApng } from './write.js'

/**
 * The same frame by frame, each told by what changes, in the smallest colour type that holds all of them; `null` where
 * viewers' own rounding decides what is seen, or the encoder fails.
 * @throws BrokenImageError when a frame does not decode
 */
export async function retellApng(source: Apng, facts: Facts, effort: Effort): Promise<Apng | null> {
  const survey = surveyOf(source)
  const storage = survey.isMixed ? null : chooseStorage(source.layout, survey, facts)
  if (storage === null) return null
  const shownStill = readStill(source)
  const still = shownStill && (await packStill(shownStill, storage, effort))
  if (shownStill !== null && still === null) return null
  const frames: ApngFrame[] = []
  for (const step of planSteps(source, still === null)) {
    const packed = await packStep(step, storage, effort)
    const delay = source.frames[frames.length]?.delay
    if (packed === null || delay === undefined) return null
    frames.push({ ...step.rect, ...packed, disposal: step.disposal, delay })
  }
  const { layout } = storage
  const isOver = frames.some((frame) => frame.blend === blend.over)
  // A colour that says "transparent" and that nothing uses takes bytes for nothing.
  const idle = !isOver && layout.colourType !== 3
  const transparency = idle ? new Uint8Array() : layout.transparency
  return { layout: { ...layout, transparency }, plays: source.plays, frames, still }
}
