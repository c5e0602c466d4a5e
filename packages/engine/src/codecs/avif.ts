import type { Facts } from '../inspect/facts.js'
import type { KeptReason } from '../types.js'
import { attempt, type Candidate, type Codec, present, type Work } from './codec.js'
import { type Gate, openGate } from './gate.js'
import { decode, type Pixels, sameAlpha } from './pixels.js'
import { searchQuality } from './search.js'
import { open, openRaw } from './sharp.js'

/**
 * Above this many bits per pixel a file is clearly larger than AVIF needs, and below it another encode mostly grows it.
 * A result must end up below, which is also why a second pass leaves it alone.
 */
const OVERSIZED = 1.5

/** A lossy result must save this much. */
const LOSSY_SHARE = 0.85

/** Effort 4 costs six times as much for a tenth of the bytes. */
const EFFORT = 2

const SAMPLE_PIXELS = 6e5

/** What is added to the quality that a sample asked for, when the whole picture misses by a little. */
const FINER = 3

/** AVIF: only oversized 8-bit sRGB stills; everything the encoder would flatten stays as it is. */
export const avif: Codec = async (work) => {
  const { facts, settings } = work
  const kept = untouchable(facts)
  if (kept !== null) return kept
  const source = await decode(work.bytes)
  if (settings.target === 'lossless' || bitsPerPixel(work.bytes, facts) <= OVERSIZED) return []
  return present([await encodeLossy(work, source, settings.target)])
}

/** Rotation by property is applied and forgotten by the decoder, so a rotated file counts as nothing to gain. */
function untouchable(facts: Facts): KeptReason | null {
  if (facts.traits.has('sequence') || facts.frames > 1) return 'animated'
  if (facts.traits.has('gain-map')) return 'embedded-data'
  if (facts.bitDepth > 8 || facts.colour.startsWith('cicp:')) return 'high-bit-depth'
  if (facts.model === 'other') return 'colour-model'
  return facts.orientation === 1 ? null : 'no-gain'
}

function bitsPerPixel(bytes: Uint8Array, facts: Facts): number {
  return (bytes.length * 8) / (facts.width * facts.height)
}

/** The smallest quality that reaches the target; 4:2:0 at 69 scores 80 on most photos. */
async function chooseQuality(gate: Gate, target: number): Promise<number | null> {
  const measure = async (quality: number) =>
    gate.scoreSample(await decode(await openRaw(gate.sample).avif(options(quality)).toBuffer()))
  const start = Math.round(69 + (target - 80) * 0.9)
  const found = await searchQuality({ target, min: 40, max: 85, start, steps: 3, measure })
  return found?.quality ?? null
}

async function encodeLossy(work: Work, source: Pixels, target: number): Promise<Candidate | null> {
  const { bytes, facts, settings } = work
  const gate = openGate(source, SAMPLE_PIXELS)
  const quality = await chooseQuality(gate, target)
  if (quality === null) return null
  const image = open(bytes, { ignoreIcc: false }).keepIccProfile()
  // There is no way yet to put back single fields, so all of EXIF stays unless none of it shall.
  const tagged = settings.metadata === 'none' ? image : image.keepExif()
  for (const finer of [0, FINER]) {
    const encoded = await attempt(() => tagged.avif(options(quality + finer)).toBuffer())
    if (encoded === null || encoded.length > bytes.length * LOSSY_SHARE) return null
    if (bitsPerPixel(encoded, facts) > OVERSIZED) return null
    const pixels = await decode(encoded)
    const score = gate.scoreWhole(pixels)
    if (score >= target) return sameAlpha(source, pixels) ? { bytes: encoded, quality: score, exact: false } : null
  }
  return null
}

function options(quality: number): Parameters<ReturnType<typeof open>['avif']>[0] {
  return { quality, effort: EFFORT, chromaSubsampling: '4:2:0' }
}
