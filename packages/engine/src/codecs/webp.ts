import { writeWebpMetadata } from '../metadata/webp.js'
import { aimed, attempt, type Candidate, type Codec, exact, present, type Work } from './codec.js'
import { type Gate, openGate } from './gate.js'
import { bitsFor, isReduced, nearLossless } from './near-lossless.js'
import { decode, decodeOnce, frameOf, type Pixels, sameAlpha } from './pixels.js'
import { guessQuality, searchQuality } from './search.js'
import { open, openRaw } from './sharp.js'
import { vp8Quantiser } from './vp8.js'

/** A lossy result must save this much. */
const LOSSY_SHARE = 0.9

/** A target from which a lossless source stays one. */
const LOSSLESS_STAYS = 90

/** What becoming lossy must save over the smallest result that keeps a lossless source nearly as it is. */
const NATURE_GAIN = 0.25

/** Of a lossless source: what a lossless or nearly lossless result never reaches, less {@link NATURE_GAIN}. */
const CLEARLY_SMALLER = 0.25

/** Most encodes of a sample. */
const STEPS = 4

/** Most encodes of a whole picture; each one more is a step up for a target that was missed. */
const ENCODES = 4

/** Effort 6 costs eight times as much for one percent. */
const EFFORT = 4

/** Sharp colour edges survive, for one percent more bytes. */
const LOSSY = { effort: EFFORT, smartSubsample: true, alphaQuality: 100 } as const

const LOSSLESS = { lossless: true, effort: EFFORT, exact: true } as const

const SAMPLE_PIXELS = 1.05e6
const GATE_PIXELS = 4e6

/** How much finer than our finest encode a source must be quantised to be worth another one. */
const FINER = 0.8

/** WebP: lossy where the score allows, a lossless source else without loss or nearly so; at least without ballast. */
export const webp: Codec = async (task) => {
  const work = aimed(task)
  const { bytes, facts, settings } = work
  const animated = facts.frames > 1
  const source = await decodeOnce(bytes, animated)
  const stripped = await attempt(() => exact(writeWebpMetadata(bytes, bytes, settings.metadata)))
  const encoded = animated ? await encodeAnimation(work, source) : await encodeStill(work, source)
  return present([...encoded, stripped])
}

/**
 * A lossless picture becomes a lossy one only below 90, and where that is a quarter smaller than the best that keeps
 * it lossless or nearly so: who stored it so had a reason.
 */
async function encodeStill(work: Work, source: Pixels): Promise<(Candidate | null)[]> {
  if (!work.facts.lossless) return [await encodeLossy(work, source)]
  const { target } = work.settings
  const lossy = target === 'lossless' || target >= LOSSLESS_STAYS ? null : await encodeLossy(work, source)
  if (lossy !== null && lossy.bytes.length < work.bytes.length * CLEARLY_SMALLER) return [lossy]
  const kept = await encodeLossless(work, source)
  const least = Math.min(work.bytes.length, ...present(kept).map(({ bytes }) => bytes.length))
  return lossy !== null && lossy.bytes.length <= least * (1 - NATURE_GAIN) ? [lossy] : kept
}

/**
 * Noise is rounded by our own filter, not by libwebp's near-lossless mode: that one works on residuals, which leaves
 * nothing to recognise its results by, and each pass would round again.
 */
async function encodeLossless(work: Work, source: Pixels): Promise<(Candidate | null)[]> {
  const { target } = work.settings
  const same = await attempt(async () => exact(await finish(work, LOSSLESS)))
  if (target === 'lossless' || isReduced(source, bitsFor(target))) return [same]
  const rounded = nearLossless(source, bitsFor(target))
  const score = openGate(source, GATE_PIXELS).scoreWhole(rounded)
  if (score < target) return [same]
  const encoded = await attempt(() => openRaw(rounded).webp(LOSSLESS).toBuffer())
  if (encoded === null) return [same]
  const bytes = writeWebpMetadata(encoded, work.bytes, work.settings.metadata)
  return [{ bytes, quality: score, exact: false }, same]
}

/** The finest quality worth trying for a target. */
function finest(target: number): number {
  return target >= 90 ? 96 : 90
}

async function encodeLossy(work: Work, source: Pixels): Promise<Candidate | null> {
  const { target } = work.settings
  if (target === 'lossless') return null
  const gate = openGate(source, SAMPLE_PIXELS)
  if (!work.facts.lossless && (await isSpent(work.bytes, gate.sample, target))) return null
  const quality = await chooseQuality(work, gate, target)
  return quality === null ? null : encodeChecked(work, source, gate, quality)
}

/** The lowest quality that reaches the target over a sample. */
async function chooseQuality({ settings }: Work, gate: Gate, target: number): Promise<number | null> {
  const start = Math.round(80 + (target - 80) * 1.1)
  const measure = async (quality: number) => {
    const encoded = await openRaw(gate.sample)
      .webp({ ...LOSSY, quality })
      .toBuffer()
    return gate.scoreSample(await decode(encoded))
  }
  const bounds = { target, min: 40, max: finest(target), start, steps: STEPS, measure }
  const found = await (settings.effort === 'fast' ? guessQuality(bounds) : searchQuality(bounds))
  return found?.quality ?? null
}

/** The whole picture, finer if a look at more of it says that the sample promised too much. */
async function encodeChecked(work: Work, source: Pixels, gate: Gate, found: number): Promise<Candidate | null> {
  const target = Number(work.settings.target)
  const whole = source.width * source.height > SAMPLE_PIXELS ? openGate(source, GATE_PIXELS) : gate
  for (let encodes = 0, quality = found; encodes < ENCODES && quality <= finest(target); encodes += 1) {
    const encoded = await attempt(() => finish(work, { ...LOSSY, quality }))
    if (encoded === null || encoded.length > work.bytes.length * LOSSY_SHARE) return null
    const pixels = await decodeOnce(encoded)
    const score = whole.scoreWhole(pixels)
    if (score >= target) return sameAlpha(source, pixels) ? { bytes: encoded, quality: score, exact: false } : null
    quality += Math.max(1, Math.round(target - score))
  }
  return null
}

/**
 * Whether the source is quantised no finer than an encode of the same picture at our finest quality, as our own
 * results are. Without this every pass would take a little more.
 */
async function isSpent(bytes: Uint8Array, sample: Pixels, target: number): Promise<boolean> {
  const quantiser = vp8Quantiser(bytes)
  if (quantiser === null) return false
  const finestEncode = await openRaw(sample)
    .webp({ ...LOSSY, quality: finest(target) })
    .toBuffer()
  const bound = vp8Quantiser(finestEncode)
  return bound !== null && quantiser >= bound * FINER
}

/** Most encodes of an animation, each one finer than the last. */
const ANIMATION_ENCODES = 3

/** Frames that are scored, spread evenly. */
const SCORED_FRAMES = 5

/**
 * Lossy animations only: lossless ones grow several times over, because the encoder is given whole frames. An encoder
 * trap, not a wish: frames of 0 ms come out as 100 ms.
 */
async function encodeAnimation(work: Work, source: Pixels): Promise<(Candidate | null)[]> {
  const { bytes, facts, settings } = work
  const { target } = settings
  if (target === 'lossless' || facts.lossless || facts.delays.some((delay) => delay === 0)) return []
  const first = frameOf(source, 0, facts.frames)
  if (await isSpent(bytes, first, target)) return []
  const timing = { loop: facts.loop ?? 0, delay: [...facts.delays] }
  let quality = Math.min(finest(target), Math.round(80 + (target - 80) * 1.1))
  for (let encodes = 0; encodes < ANIMATION_ENCODES && quality <= finest(target); encodes += 1) {
    const encoded = await attempt(() => finish(work, { ...LOSSY, ...timing, quality }))
    if (encoded === null || encoded.length > bytes.length * LOSSY_SHARE) return []
    const score = worstFrame(source, await decodeOnce(encoded, true), facts.frames)
    if (score >= target) return [{ bytes: encoded, quality: score, exact: false }]
    quality += Math.max(2, Math.round(target - score))
  }
  return []
}

function worstFrame(source: Pixels, result: Pixels, frames: number): number {
  if (result.height !== source.height) return Number.NEGATIVE_INFINITY
  const count = Math.min(SCORED_FRAMES, frames)
  const indices = Array.from({ length: count }, (_, i) => Math.round((i * (frames - 1)) / Math.max(1, count - 1)))
  const scores = indices.map((index) =>
    openGate(frameOf(source, index, frames), SAMPLE_PIXELS).scoreWhole(frameOf(result, index, frames)),
  )
  return Math.min(...scores)
}

type WebpOptions = NonNullable<Parameters<ReturnType<typeof open>['webp']>[0]>

/** Encodes the whole file and puts back what the encoder drops. */
async function finish({ bytes, facts, settings }: Work, options: WebpOptions): Promise<Uint8Array> {
  const encoded = await open(bytes, { animated: facts.frames > 1 })
    .webp(options)
    .toBuffer()
  return writeWebpMetadata(encoded, bytes, settings.metadata)
}
