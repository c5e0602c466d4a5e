import { losslessCompressPng, type PNGLosslessOptions } from '@napi-rs/image'
import { inspect } from '../inspect/index.js'
import { writePngChunks } from '../metadata/png.js'
import type { Effort } from '../types.js'
import { attempt, type Candidate, type Codec, exact, present, type Work } from './codec.js'
import { type Gate, openGate } from './gate.js'
import { bitsFor, hasFewColours, isReduced, nearLossless } from './near-lossless.js'
import { decode, type Pixels, sameAlpha } from './pixels.js'
import { type RankedFilter, rankFilters } from './png-filters.js'
import { openRaw } from './sharp.js'

/** Up to this size a result is scored as a whole: mosaics passed results that scored 70 over the whole picture. */
const GATE_PIXELS = 4e6

/** Row filters that oxipng tries at each effort, the most promising first. */
const FILTERS_TRIED: Record<Effort, number> = { fast: 1, balanced: 2, max: 5 }

/** libimagequant's qualities from careful to coarse. */
const PALETTE_QUALITIES = [100, 90, 80] as const

/** libimagequant's effort; from 7 on, more of it costs more than it saves. */
const PALETTE_EFFORT: Record<Effort, number> = { fast: 4, balanced: 7, max: 10 }

/** A palette below this share of its source ends the search; above it the lossless result might be smaller. */
const CLEARLY_SMALLER = 0.6

/** Rounding must leave this share of what the source's own rows deflate to, else it is not worth its loss. */
const ROUNDED_SHARE = 0.95

/** Re-packing the same pixels must save this much; oxipng finds less in its own results. */
const LOSSLESS_SHARE = 0.995

/** PNG: a palette or rounded noise where the score allows, oxipng always. */
export const png: Codec = async (work) => {
  const source = await decode(work.bytes)
  const deep = work.facts.bitDepth > 8
  const early = deep ? null : await encodeLossy(work, source, null)
  if (early?.settled) return [early.candidate]
  const lossless = await repackExactly(work, deep ? null : source)
  const lossy = deep ? await encodeLossy(work, source, lossless) : early
  const pays = lossless !== null && lossless.length <= work.bytes.length * LOSSLESS_SHARE
  return present([lossy?.candidate ?? null, pays ? exact(lossless) : null])
}

/**
 * What may not lose a bit: animations, 16-bit pictures, and 9-patches, whose border pixels are instructions. Sixteen
 * bits that oxipng found to say no more than eight count as eight, as they would in a second pass.
 */
function mustStayExact({ facts, settings }: Work, lossless: Uint8Array | null): boolean {
  if (settings.target === 'lossless' || facts.traits.has('apng') || facts.traits.has('nine-patch')) return true
  return facts.bitDepth > 8 && (lossless === null || (inspect(lossless, 'png')?.bitDepth ?? 16) > 8)
}

/**
 * The pixels as they are, packed better. `pixels` are those encoded, or `null` for 16 bits, whose stored rows look
 * nothing like them.
 */
function repackExactly(work: Work, pixels: Pixels | null): Promise<Uint8Array | null> {
  const plain = pixels !== null && !hasFewColours(pixels)
  return repack(work, work.bytes, plain ? rankFilters(pixels) : null)
}

/**
 * oxipng, then what it drops put back; its `strip` would drop all frames but the first. Where rows do not hold colours
 * but indices, `ranked` is `null` and all filters are tried.
 */
function repack(work: Work, encoded: Uint8Array, ranked: RankedFilter[] | null): Promise<Uint8Array | null> {
  const { bytes, settings } = work
  const filter = ranked?.slice(0, FILTERS_TRIED[settings.effort]).map(({ filter }) => filter)
  const options: PNGLosslessOptions = filter === undefined ? {} : { filter }
  return attempt(async () => writePngChunks(await losslessCompressPng(encoded, options), bytes, settings.metadata))
}

interface Lossy {
  readonly candidate: Candidate
  /** Whether the lossless result is sure to be larger. */
  readonly settled: boolean
}

async function encodeLossy(work: Work, source: Pixels, lossless: Uint8Array | null): Promise<Lossy | null> {
  const { target } = work.settings
  if (target === 'lossless' || mustStayExact(work, lossless)) return null
  if (isReduced(source, bitsFor(target))) return null
  const gate = openGate(source, GATE_PIXELS)
  return (await encodePalettes(work, source, gate)) ?? (await encodeRounded(work, source, gate, target))
}

/** The coarsest palette that reaches the target, if any does. */
async function encodePalettes(work: Work, source: Pixels, gate: Gate): Promise<Lossy | null> {
  const chosen = await choosePalette(work, source, gate)
  const bytes = chosen === null ? null : await repack(work, chosen.encoded, null)
  if (chosen === null || bytes === null) return null
  const settled = bytes.length < work.bytes.length * CLEARLY_SMALLER
  return { candidate: { bytes, quality: chosen.score, exact: false }, settled }
}

/** The noise of busy areas rounded away, if that reaches the target and saves enough. */
async function encodeRounded(work: Work, source: Pixels, gate: Gate, target: number): Promise<Lossy | null> {
  const rounded = nearLossless(source, bitsFor(target))
  const ranked = rankFilters(rounded)
  if ((ranked[0]?.size ?? 0) > (rankFilters(source)[0]?.size ?? 0) * ROUNDED_SHARE) return null
  const score = gate.scoreWhole(rounded)
  const encoded = score < target ? null : await encodePlain(rounded)
  const bytes = encoded === null ? null : await repack(work, encoded, ranked)
  return bytes === null ? null : { candidate: { bytes, quality: score, exact: false }, settled: true }
}

interface Palette {
  readonly encoded: Uint8Array
  readonly score: number
}

async function choosePalette(work: Work, source: Pixels, gate: Gate): Promise<Palette | null> {
  let chosen: Palette | null = null
  let last: Uint8Array = new Uint8Array()
  for (const quality of PALETTE_QUALITIES) {
    const encoded = await encodePalette(source, quality, work.settings.effort)
    if (encoded === null) break
    // Several qualities may ask for the same palette of 256.
    if (Buffer.compare(encoded, last) === 0) continue
    last = encoded
    const next = await measurePalette(gate, source, encoded)
    if (next === null || next.score < Number(work.settings.target)) break
    if (chosen === null || next.encoded.length < chosen.encoded.length) chosen = next
  }
  return chosen
}

async function measurePalette(gate: Gate, source: Pixels, encoded: Uint8Array): Promise<Palette | null> {
  const pixels = await decode(encoded)
  return sameAlpha(source, pixels) ? { encoded, score: gate.scoreWhole(pixels) } : null
}

function encodePalette(source: Pixels, quality: number, effort: Effort): Promise<Uint8Array | null> {
  const options = { palette: true, quality, effort: PALETTE_EFFORT[effort], compressionLevel: 9 }
  return attempt(() => openRaw(source).png(options).toBuffer())
}

/** Only a container for oxipng, which chooses filters and compression itself. */
function encodePlain(pixels: Pixels): Promise<Uint8Array | null> {
  return attempt(() => openRaw(pixels).png({ compressionLevel: 1 }).toBuffer())
}
