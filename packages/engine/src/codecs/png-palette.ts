import type { Effort } from '../types.js'
import { attempt } from './codec.js'
import type { Gate } from './gate.js'
import { decode, type Pixels, sameAlpha } from './pixels.js'
import { searchQuality } from './search.js'
import { openRaw } from './sharp.js'

/** A palette PNG and how close it is to its source. */
export interface Palette {
  /** libimagequant's quality, which says how many colours it may do without. */
  readonly quality: number
  readonly encoded: Uint8Array
  readonly score: number
}

/** libimagequant's effort; from 7 on, more of it costs more than it saves. */
const EFFORT: Record<Effort, number> = { fast: 1, balanced: 7, max: 10 }

/** Half of the usual noise: full dithering costs up to a tenth more bytes and scores no better. */
const DITHER = 0.5

/** The search itself is done at a fifth of the cost; a careful palette may turn out this many points better. */
const QUICK_EFFORT = 1
const QUICK_MARGIN = 4

/** Score points that a step of libimagequant's quality is worth. */
const SLOPE = 0.3
const COARSEST = 15
const STEPS: Record<Exclude<Effort, 'fast'>, number> = { balanced: 4, max: 6 }

/** How much finer a careful palette is asked for when it missed. */
const FINER = 15

/** What a palette gets smaller by at best for every point that a quick one of all colours is above the target. */
const REACH = 0.035

/**
 * The fewest colours that reach the target over a gate's sample, or `null` when 256 do not, or when it is plain that
 * they will take more bytes than `most`.
 */
export async function searchPalette(
  gate: Gate,
  target: number,
  effort: Effort,
  most: number = Number.POSITIVE_INFINITY,
): Promise<Palette | null> {
  if (effort === 'fast') return reaching(await encodePalette(gate, gate.sample, 100, effort), target)
  const quality = await searchQuickly(gate, target, effort, most)
  if (quality === null) return null
  const palette = await encodePalette(gate, gate.sample, quality, effort)
  if (palette === null || palette.score >= target || quality === 100) return reaching(palette, target)
  return reaching(await encodePalette(gate, gate.sample, Math.min(100, quality + FINER), effort), target)
}

function reaching(palette: Palette | null, target: number): Palette | null {
  return palette !== null && palette.score >= target ? palette : null
}

/** The quality that quick palettes reach the target with; 100 when they come near, `null` when they do not. */
async function searchQuickly(
  gate: Gate,
  target: number,
  effort: Exclude<Effort, 'fast'>,
  most: number,
): Promise<number | null> {
  const full = await encodeAndScore(gate, gate.sample, 100, QUICK_EFFORT)
  if (full === null || full.score < target - QUICK_MARGIN) return null
  if (full.encoded.length * (1 - REACH * Math.max(0, full.score - target)) > most) return null
  if (full.score < target) return 100
  const measure = async (quality: number) => {
    const palette = await encodeAndScore(gate, gate.sample, quality, QUICK_EFFORT)
    return palette?.score ?? Number.NEGATIVE_INFINITY
  }
  const start = Math.round(100 - (full.score - target) / SLOPE)
  const bounds = { min: COARSEST, max: 99, start, steps: STEPS[effort], slope: SLOPE }
  return (await searchQuality({ target, ...bounds, measure }))?.quality ?? 100
}

/** A palette of a given quality for a whole picture; the score is that over the gate's part of it. */
export async function encodePalette(
  gate: Gate,
  image: Pixels,
  quality: number,
  effort: Effort,
): Promise<Palette | null> {
  return encodeAndScore(gate, image, quality, EFFORT[effort])
}

async function encodeAndScore(gate: Gate, image: Pixels, quality: number, effort: number): Promise<Palette | null> {
  const options = { palette: true, quality, effort, dither: DITHER, compressionLevel: 9 }
  const encoded = await attempt(() => openRaw(image).png(options).toBuffer())
  if (encoded === null) return null
  const pixels = await decode(encoded)
  if (!sameAlpha(image, pixels)) return null
  return { quality, encoded, score: image === gate.sample ? gate.scoreSample(pixels) : gate.scoreWhole(pixels) }
}
