import { deflateSync } from 'node:zlib'
import { COARSEST_STEP, FINEST_STEP, flatPixels, roundSteps } from './coarse-steps.js'
import type { Work } from './codec.js'
import { curveOf } from './gamma.js'
import { type Gate, openGate } from './gate.js'
import { countRgb } from './near-lossless.js'
import type { Pixels } from './pixels.js'
import { filterPicture } from './png-filters.js'
import { encodePalette, type Palette, searchPalette } from './png-palette.js'
import { writePng } from './png-write.js'
import { searchQuality } from './search.js'

/** The search looks at four tiles of larger pictures. */
const SAMPLE_PIXELS = 1.05e6

/** Up to this size a result is scored as a whole: mosaics passed results that scored 70 over the whole picture. */
const GATE_PIXELS = 4e6

/**
 * More colours than this in a sample are a photo's: rounding won wherever a palette reached the target at all. Fewer
 * than that share of its pixels are a drawing's, where a palette always was far smaller.
 */
const PHOTO_COLOURS = 30_000
const DRAWING_SHARE = 0.01

/** A palette below this share of what the sample deflates to will not be beaten by rounding. */
const CLEARLY_SMALLER = 0.2

/** The same where one way must do: below this share it mostly is the smaller one. */
const LIKELY_SMALLER = 0.45

/** What a way costs over the whole picture may be this share of what its sample, rich in detail, promised. */
const SURPRISE = 0.8

/** The level of a quick deflate, and what oxipng leaves of that. */
const SIZING_LEVEL = 4
const PACKED_SHARE = 0.81

/** The same for what is deflated only to be packed again. */
const CONTAINER_LEVEL = 1
const CONTAINED_SHARE = 0.68

/** Score points that one level of step is worth, and about where most searches end. */
const STEP_SLOPE = 2
const USUAL_STEP = 8
const STEP_SEARCH = { balanced: 3, max: 6 } as const

/** Points above the target from which a coarser step is tried over the whole picture. */
const OVERSHOT = 2

/** zlib's level for rows that oxipng shall not see: a seventh more bytes at a tenth of the cost. */
const QUICK_LEVEL = 6

/** Most tries to make up over the whole picture for what its sample promised; one palette holds for less of a larger. */
const RETRIES = 3
const PALETTES = 3

/** Score points that a step of a palette's quality is worth near the finest. */
const PALETTE_SLOPE = 0.6

/** A lossy PNG before oxipng has packed it. */
export interface LossyPng {
  readonly encoded: Uint8Array
  readonly score: number
  /** Bytes that it takes about, packed. */
  readonly size: number
  /** Whether rows hold colours that are told by the mean filter, not a palette's indices. */
  readonly isRounded: boolean
  /** Whether it is packed as it shall stay. */
  readonly isPacked: boolean
}

/** What is asked for. */
export interface LossyPngGoal {
  readonly target: number
  /** Whether a palette holds the source's colours, so that only a smaller one gains anything. */
  readonly hasPalette: boolean
}

/** One way to make a picture smaller, found on a sample. */
interface Way {
  /** Bytes for the sample. */
  readonly size: number
  /** The whole picture that way, or `null` if it misses the target there. */
  encode(): Promise<LossyPng | null> | LossyPng | null
}

/** The smaller of a palette and rounded steps that reaches the target, or `null`. */
export async function encodeLossyPng(work: Work, source: Pixels, goal: LossyPngGoal): Promise<LossyPng | null> {
  const curve = curveOf(work.facts)
  const gate = openGate(source, SAMPLE_PIXELS, curve)
  const whole = source.width * source.height > SAMPLE_PIXELS ? openGate(source, GATE_PIXELS, curve) : gate
  const ways = await findWays(work, source, { gate, whole, ...goal })
  const isFast = work.settings.effort === 'fast'
  // What the second way can come to at best, over the whole picture.
  const least = whole === gate ? 1 : (SURPRISE * source.data.length) / gate.sample.data.length
  let best: LossyPng | null = null
  for (const way of ways.toSorted((a, b) => a.size - b.size)) {
    if (best !== null && (isFast || best.size <= way.size * least)) break
    const png = await way.encode()
    if (png !== null && (best === null || png.size < best.size)) best = png
  }
  return best
}

interface Aim extends LossyPngGoal {
  readonly gate: Gate
  readonly whole: Gate
}

async function findWays(work: Work, source: Pixels, aim: Aim): Promise<Way[]> {
  const { gate, target, hasPalette } = aim
  const { effort } = work.settings
  const byPalette = async (most: number): Promise<Way[]> => {
    const palette = await searchPalette(gate, target, effort, most)
    if (palette === null) return []
    return [{ size: palette.encoded.length, encode: () => encodeColours(work, source, aim, palette) }]
  }
  const bySteps = async (): Promise<Way[]> => {
    const step = await searchStep(gate, target, effort)
    if (step === null) return []
    return [{ size: step.size, encode: () => encodeSteps(source, aim, step.step, effort === 'fast') }]
  }
  const any = Number.POSITIVE_INFINITY
  if (hasPalette) return byPalette(any)
  const kind = effort === 'max' ? 'unclear' : kindOf(gate.sample)
  if (kind === 'photo') {
    const steps = await bySteps()
    return steps.length > 0 ? steps : byPalette(any)
  }
  if (kind === 'drawing' || effort === 'fast') {
    const palette = await byPalette(any)
    const share = effort === 'fast' ? LIKELY_SMALLER : CLEARLY_SMALLER
    const isEnough = palette.some(({ size }) => kind === 'drawing' || size < deflated(gate.sample) * share)
    return isEnough ? palette : [...palette, ...(await bySteps())]
  }
  const steps = await bySteps()
  const size = steps[0]?.size
  return [...(await byPalette(effort === 'max' || size === undefined ? any : size)), ...steps]
}

/** Which way is likely to be the one, going by how many colours there are. */
function kindOf(sample: Pixels): 'photo' | 'drawing' | 'unclear' {
  const colours = countRgb(sample, PHOTO_COLOURS)
  if (colours > PHOTO_COLOURS) return 'photo'
  return colours < DRAWING_SHARE * sample.width * sample.height ? 'drawing' : 'unclear'
}

async function encodeColours(work: Work, source: Pixels, aim: Aim, found: Palette): Promise<LossyPng | null> {
  const { gate, whole, target } = aim
  if (whole === gate) return { ...found, size: found.encoded.length, isRounded: false, isPacked: false }
  let { quality } = found
  for (let tries = 0; tries < PALETTES && quality <= 100; tries += 1) {
    const palette = await encodePalette(whole, source, quality, work.settings.effort)
    if (palette === null) return null
    if (palette.score >= target) return { ...palette, size: palette.encoded.length, isRounded: false, isPacked: false }
    if (quality === 100) return null
    quality = Math.min(100, quality + Math.ceil((target - palette.score) / PALETTE_SLOPE))
  }
  return null
}

function encodeSteps(source: Pixels, { whole, target }: Aim, found: number, isQuick: boolean): LossyPng | null {
  const flat = flatPixels(source)
  let best: { rounded: Pixels; score: number } | null = null
  for (let tries = 0, step = found; tries < RETRIES && step >= FINEST_STEP; tries += 1) {
    const rounded = roundSteps(source, step, flat)
    const score = whole.scoreWhole(rounded)
    if (score < target) {
      if (best !== null) break
      step = Math.min(step - 1, inProportion(step, score, target))
      continue
    }
    best = { rounded, score }
    if (isQuick || score < target + OVERSHOT || step === COARSEST_STEP) break
    step = Math.min(COARSEST_STEP, Math.max(step + 1, inProportion(step, score, target)))
  }
  if (best === null) return null
  const encoded = writePng(best.rounded, 3, isQuick ? QUICK_LEVEL : CONTAINER_LEVEL)
  return {
    encoded,
    score: best.score,
    size: encoded.length * CONTAINED_SHARE,
    isRounded: true,
    isPacked: isQuick,
  }
}

/** The step for a target, going by the score of another: what a score lacks grows with the step. */
function inProportion(step: number, score: number, target: number): number {
  return Math.floor((step * (100 - target)) / Math.max(1, 100 - score))
}

/** The coarsest step that reaches the target over a gate's sample. */
async function searchStep(
  { sample, scoreSample }: Gate,
  target: number,
  effort: Work['settings']['effort'],
): Promise<{ step: number; size: number } | null> {
  const flat = flatPixels(sample)
  const usual = scoreSample(roundSteps(sample, USUAL_STEP, flat))
  const likely = Math.min(COARSEST_STEP, Math.max(FINEST_STEP, inProportion(USUAL_STEP, usual, target)))
  // The whole picture will tell, and there is nothing to compare with.
  if (effort === 'fast') return { step: likely, size: 0 }
  // Finer is better, so the search counts down from the coarsest.
  const bounds = { min: 0, max: COARSEST_STEP - FINEST_STEP, start: COARSEST_STEP - likely }
  const measure = async (quality: number) => {
    const step = COARSEST_STEP - quality
    return step === USUAL_STEP ? usual : scoreSample(roundSteps(sample, step, flat))
  }
  const found = await searchQuality({ target, ...bounds, steps: STEP_SEARCH[effort], slope: STEP_SLOPE, measure })
  if (found === null) return null
  const step = COARSEST_STEP - found.quality
  return { step, size: deflated(roundSteps(sample, step, flat)) * PACKED_SHARE }
}

/** Bytes of a picture whose rows are told by the mean filter. */
function deflated(image: Pixels): number {
  return deflateSync(filterPicture(image, 3), { level: SIZING_LEVEL }).length
}
