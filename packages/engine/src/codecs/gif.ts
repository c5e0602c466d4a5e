import { BrokenGifError, GifLimitError, isLargeGif, optimiseGif, renderGif } from '../gif/index.js'
import { type Candidate, type Codec, exact, present, UnreadableError, type Work } from './codec.js'
import { type Gate, openGate } from './gate.js'
import type { Pixels } from './pixels.js'
import type { Settings } from './settings.js'

/** Largest squared colour error per pixel to try, from hardly visible to visible on a second look. */
const LOSSY_LEVELS = [60, 150] as const

/** Frames that are scored, spread evenly from the first to the last. */
const SCORED_FRAMES = 5

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

/** What the first level leaves; above it, near colours do not help this picture and a higher level is not tried. */
const HOPELESS_SHARE = 0.98

/** GIF: our own optimiser, without loss always, with near colours where the sampled frames keep the score. */
export const gif: Codec = async (work) => {
  try {
    const large = isLargeGif(work.bytes)
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

/** The strongest level that every sampled frame survives and that saves enough over `lossless` bytes. */
function encodeLossy(work: Work, lossless: number, large: boolean): Candidate | null {
  const { target } = work.settings
  if (target === 'lossless' || target >= 90) return null
  let gates: Map<number, Gate> | null = null
  let chosen: Candidate | null = null
  for (const level of LOSSY_LEVELS) {
    const near = optimise(work.bytes, level, work.settings)
    if (near === null || near.length > lossless * HOPELESS_SHARE) break
    const bytes = large ? near : settle(near, work.settings)
    if (bytes.length > lossless * LOSSY_SHARE) continue
    gates ??= openGates(work)
    const score = worstScore(gates, bytes, work.facts.frames)
    if (score < target) break
    chosen = { bytes, quality: score, exact: false }
  }
  return chosen
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
  const count = Math.min(SCORED_FRAMES, frames)
  const wanted = new Set(
    Array.from({ length: count }, (_, i) => Math.round((i * (frames - 1)) / Math.max(1, count - 1))),
  )
  const { width, height, frames: rendered } = renderGif(bytes, LIMITS)
  let index = 0
  for (const data of rendered) {
    // A renderer may reuse its canvas for the next frame.
    if (wanted.has(index)) yield [index, { data: data.slice(), width, height, channels: 4 }]
    index += 1
  }
}
