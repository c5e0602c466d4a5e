import { BrokenGifError, GifLimitError, isLargeGif, optimiseGif, renderGif } from '../gif/index.js'
import type { Effort } from '../types.js'
import { type Candidate, type Codec, exact, present, UnreadableError, type Work } from './codec.js'
import { type Gate, openGate } from './gate.js'
import type { Pixels } from './pixels.js'
import type { Settings } from './settings.js'

/** Largest squared colour error per pixel to try, from hardly visible to visible in smooth pictures. */
const LOSSY_LEVELS: Record<Effort, readonly number[]> = {
  fast: [100],
  balanced: [60, 100, 150, 250],
  max: [40, 60, 80, 100, 125, 150, 200, 250],
}

/** Frames that are scored, spread evenly from the first to the last: errors gather in some and are gone in others. */
const SCORED_FRAMES = { least: 5, most: 40 } as const

/** Pixels of them together, above the least number of frames. */
const SCORED_PIXELS = 5e6

/** A scored frame is sampled to this many pixels. */
const GATE_PIXELS = 1.05e6

/** A lossy result must save this much over the lossless one. */
const LOSSY_SHARE = 0.87

/**
 * The canvas was judged by the caller; frames may still be larger than it. The bound is the optimiser's own default,
 * some minutes of work.
 */
const LIMITS = { screenPixels: Number.POSITIVE_INFINITY, framePixels: 1e9 }

/** Pixels told another way must save this much in a large file, which is not optimised over and over. */
const LARGE_SHARE = 0.995

/** Bits a pixel below which a large file says little but that nothing changes; half a minute would save one percent. */
const SETTLED_BITS = 0.03

/** GIF: our own optimiser, without loss always, with near colours where the sampled frames keep the score. */
export const gif: Codec = async (work) => {
  try {
    const large = isLargeGif(work.bytes)
    if (large && work.settings.effort !== 'max' && bitsPerPixel(work) < SETTLED_BITS) return []
    const lossless = optimise(work.bytes, 0, work.settings)
    const lossy = encodeLossy(work, Math.min(lossless?.length ?? Number.POSITIVE_INFINITY, work.bytes.length), large)
    if (lossless === null) return present([lossy])
    if (large) return present([lossy, lossless.length > work.bytes.length * LARGE_SHARE ? null : exact(lossless)])
    return present([lossy, exact(lossy === null ? settle(lossless, work.settings) : lossless)])
  } catch (error) {
    if (error instanceof GifLimitError) return 'too-many-pixels'
    if (error instanceof BrokenGifError) throw new UnreadableError(error.message, { cause: error })
    throw error
  }
}

/** `null` when nothing gets smaller. */
function optimise(bytes: Uint8Array, lossy: number, settings: Settings): Uint8Array | null {
  return optimiseGif(bytes, { lossy, keepComments: settings.metadata === 'all', limits: LIMITS })
}

/** Optimises without loss until nothing changes, so that a second pass over the result finds nothing. */
function settle(bytes: Uint8Array, settings: Settings): Uint8Array {
  const smaller = optimise(bytes, 0, settings)
  return smaller === null ? bytes : settle(smaller, settings)
}

function bitsPerPixel({ bytes, facts }: Work): number {
  return (bytes.length * 8) / (facts.width * facts.height * facts.frames)
}

/** What a strong level makes that every sampled frame survives and that saves enough over `lossless` bytes. */
function encodeLossy(work: Work, lossless: number, large: boolean): Candidate | null {
  const { target } = work.settings
  if (target === 'lossless' || target >= 90) return null
  const found = searchLevel(work, lossless * LOSSY_SHARE, target)
  return found && { ...found, bytes: large ? found.bytes : settle(found.bytes, work.settings) }
}

/** Halves the range of levels until the strongest that reaches the target is found; the smallest on the way counts. */
function searchLevel(work: Work, most: number, target: number): Candidate | null {
  let gates: Map<number, Gate> | null = null
  let smallest: Candidate | null = null
  const levels = LOSSY_LEVELS[work.settings.effort]
  let low = 0
  let high = levels.length
  while (low < high) {
    const middle = (low + high) >> 1
    const bytes = optimise(work.bytes, levels[middle] ?? 0, work.settings)
    // Too little gained: a weaker level gains less.
    if (bytes === null || bytes.length > most) {
      low = middle + 1
      continue
    }
    gates ??= openGates(work)
    const quality = worstScore(gates, bytes, work.facts.frames)
    if (quality < target) high = middle
    else {
      low = middle + 1
      if (smallest === null || bytes.length < smallest.bytes.length) smallest = { bytes, quality, exact: false }
    }
  }
  return smallest
}

function openGates({ bytes, facts }: Work): Map<number, Gate> {
  const gates = new Map<number, Gate>()
  for (const [index, frame] of sampledFrames(bytes, facts.frames)) gates.set(index, openGate(frame, GATE_PIXELS))
  return gates
}

function worstScore(gates: ReadonlyMap<number, Gate>, bytes: Uint8Array, frames: number): number {
  let worst = 100
  for (const [index, frame] of sampledFrames(bytes, frames)) {
    worst = Math.min(worst, gates.get(index)?.scoreWhole(frame) ?? Number.NEGATIVE_INFINITY)
  }
  return worst
}

function* sampledFrames(bytes: Uint8Array, frames: number): Generator<[number, Pixels]> {
  const { width, height, frames: rendered } = renderGif(bytes, LIMITS)
  const affordable = Math.floor(SCORED_PIXELS / Math.min(width * height, GATE_PIXELS))
  const count = Math.min(frames, Math.max(SCORED_FRAMES.least, Math.min(SCORED_FRAMES.most, affordable)))
  const wanted = new Set(
    Array.from({ length: count }, (_, i) => Math.round((i * (frames - 1)) / Math.max(1, count - 1))),
  )
  let index = 0
  for (const data of rendered) {
    // A renderer may reuse its canvas for the next frame.
    if (wanted.has(index)) yield [index, { data: data.slice(), width, height, channels: 4 }]
    index += 1
  }
}
