import { BrokenGifError, GifLimitError, glanceAtGif, optimiseGif, renderGif, showsAlike } from '../gif/index.js'
import type { Effort } from '../types.js'
import { type Candidate, type Codec, exact, UnreadableError, type Work } from './codec.js'
import { type Gate, openGate } from './gate.js'
import type { Pixels } from './pixels.js'

/** Largest squared colour error per pixel to try, from hardly visible to visible in smooth pictures. */
const LOSSY_LEVELS: Record<Effort, readonly number[]> = {
  fast: [100],
  balanced: [100, 200, 400],
  max: [40, 60, 80, 100, 125, 150, 200, 250, 320, 400],
}

/** Frames that are scored, spread evenly from the first to the last: errors gather in some and are gone in others. */
const SCORED_FRAMES = { least: 5, most: 40, mostFast: 12 } as const

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

/** What a quick look must save: a result is not optimised over and over until nothing changes. */
const QUICK_SHARE = 0.85
const QUICK_SHARE_LOSSLESS = 0.995

/** What one quick attempt must leave of a file that is not small, so that all others are made. */
const HOPEFUL_SHARE = 0.99
const SMALL_BYTES = 16_384

/** Bits a pixel below which a large file says little but that nothing changes; half a minute would save one percent. */
const SETTLED_BITS = 0.03

/** GIF: our own optimiser, without loss always, with near colours where the sampled frames keep the score. */
export const gif: Codec = async (work) => {
  try {
    const { isLarge, hasNearColours } = glanceAtGif(work.bytes)
    if (hasNearColours) return []
    if (isLarge && work.settings.effort !== 'max' && bitsPerPixel(work) < SETTLED_BITS) return []
    const isQuick = isLarge || work.settings.effort === 'fast'
    return isQuick ? encodeQuickly(work) : encodeCarefully(work)
  } catch (error) {
    if (error instanceof GifLimitError) return 'too-many-pixels'
    if (error instanceof BrokenGifError) throw new UnreadableError(error.message, { cause: error })
    throw error
  }
}

/** One attempt at a time, and none without loss where near colours did. */
function encodeQuickly(work: Work): Candidate[] {
  const { bytes } = work
  const lossy = searchLevel(work, bytes.length * QUICK_SHARE)
  if (lossy !== null) return [lossy]
  const lossless = optimise(work, bytes, 0, true)
  return lossless !== null && lossless.length <= bytes.length * QUICK_SHARE_LOSSLESS ? [exact(lossless)] : []
}

/** Every attempt, but only one for each level on the way to the one that is taken. */
function encodeCarefully(work: Work): Candidate[] {
  const { bytes, settings } = work
  const isMax = settings.effort === 'max'
  const lossless = optimise(work, bytes, 0, !isMax)
  const least = Math.min(lossless?.length ?? Number.POSITIVE_INFINITY, bytes.length) * LOSSY_SHARE
  const found = searchLevel(work, least)
  if (found !== null) return [found]
  const isHopeful = lossless !== null && lossless.length <= bytes.length * HOPEFUL_SHARE
  if (!isMax && !isHopeful && bytes.length > SMALL_BYTES) return []
  const settled = settle(work, bytes)
  return settled === bytes ? [] : [exact(settled)]
}

/** `null` when nothing gets smaller. A lossy result is checked when it is taken. */
function optimise(work: Work, bytes: Uint8Array, lossy: number, isQuick: boolean): Uint8Array | null {
  const keepComments = work.settings.metadata === 'all'
  return optimiseGif(bytes, { lossy, isQuick, keepComments, limits: LIMITS, isUnchecked: lossy > 0 })
}

/** Optimises without loss until nothing changes, so that a second pass over the result finds nothing. */
function settle(work: Work, bytes: Uint8Array): Uint8Array {
  const smaller = optimise(work, bytes, 0, false)
  return smaller === null ? bytes : settle(work, smaller)
}

function bitsPerPixel({ bytes, facts }: Work): number {
  return (bytes.length * 8) / (facts.width * facts.height * facts.frames)
}

/**
 * Halves the range of levels until the strongest that reaches the target with at most `most` bytes is found; the
 * smallest on the way counts.
 */
function searchLevel(work: Work, most: number): Candidate | null {
  const { target, effort } = work.settings
  if (target === 'lossless' || target >= 90) return null
  let gates: Map<number, Gate> | null = null
  let smallest: Candidate | null = null
  let level = 0
  const levels = LOSSY_LEVELS[effort]
  let low = 0
  let high = levels.length
  while (low < high) {
    const middle = (low + high) >> 1
    const bytes = optimise(work, work.bytes, levels[middle] ?? 0, true)
    // Too little gained: a weaker level gains less.
    if (bytes === null || bytes.length > most) {
      low = middle + 1
      continue
    }
    gates ??= openGates(work)
    const quality = worstScore(gates, work, bytes)
    if (quality < target) high = middle
    else {
      low = middle + 1
      if (smallest === null || bytes.length < smallest.bytes.length) {
        smallest = { bytes, quality, exact: false }
        level = levels[middle] ?? 0
      }
    }
  }
  return smallest !== null && showsAlike(work.bytes, smallest.bytes, level) ? smallest : null
}

function openGates(work: Work): Map<number, Gate> {
  const gates = new Map<number, Gate>()
  for (const [index, frame] of sampledFrames(work, work.bytes)) gates.set(index, openGate(frame, GATE_PIXELS))
  return gates
}

function worstScore(gates: ReadonlyMap<number, Gate>, work: Work, bytes: Uint8Array): number {
  let worst = 100
  for (const [index, frame] of sampledFrames(work, bytes)) {
    worst = Math.min(worst, gates.get(index)?.scoreWhole(frame) ?? Number.NEGATIVE_INFINITY)
  }
  return worst
}

function* sampledFrames({ facts, settings }: Work, bytes: Uint8Array): Generator<[number, Pixels]> {
  const { frames } = facts
  const most = settings.effort === 'fast' ? SCORED_FRAMES.mostFast : SCORED_FRAMES.most
  const { width, height, frames: rendered } = renderGif(bytes, LIMITS)
  const affordable = Math.floor(SCORED_PIXELS / Math.min(width * height, GATE_PIXELS))
  const count = Math.min(frames, Math.max(SCORED_FRAMES.least, Math.min(most, affordable)))
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
