import { aimed, type Candidate, type Work } from '../codecs/codec.js'
import { openGate } from '../codecs/gate.js'
import { decode } from '../codecs/pixels.js'
import type { Size } from '../resize/size.js'
import { resizeSource } from '../resize/source.js'
import type { KeptReason } from '../types.js'
import { compareFacts } from './check.js'

/** What comes of a picture that is worked on as it is: a result to take, or why there is none. */
export type CompressSame = (work: Work) => Promise<Candidate | KeptReason>

/** A result is scored as a whole up to this many pixels. */
const GATE_PIXELS = 4e6

/** Tries where storing the resized picture lost something; a second one is rare. */
const TRIES = 3

/** Points to aim higher by than what a result fell short of. */
const MARGIN = 0.3

/**
 * Works on the resized picture as if it were the source. The score is the one against its pixels: where storing them
 * lost something, the aim goes up until that is made up for, and the finest that the format holds is good enough.
 */
export async function compressResized(job: Work, size: Size, compress: CompressSame): Promise<Candidate | KeptReason> {
  const { work, pixels } = await resizeSource(job, size)
  // What cannot be stored so that it is shown alike, such as equal frames that an encoder makes one of.
  if (compareFacts({ ...job.facts, ...size }, work.facts) !== null) return 'no-gain'
  if (pixels === null) return compress(work)
  const { target } = aimed(work).settings
  const gate = openGate(pixels, GATE_PIXELS)
  for (let tries = 0, lack = 0; tries < TRIES; tries += 1) {
    const found = await compress(aimingHigher(work, lack))
    if (typeof found === 'string') return found
    const quality = gate.scoreWhole(await decode(found.bytes))
    if (found.exact || target === 'lossless' || quality >= target) return { ...found, quality }
    lack += target - quality + MARGIN
  }
  return 'no-gain'
}

function aimingHigher(work: Work, points: number): Work {
  const { target } = work.settings
  if (points === 0 || target === 'lossless') return work
  return { ...work, settings: { ...work.settings, target: Math.min(100, target + points) } }
}
