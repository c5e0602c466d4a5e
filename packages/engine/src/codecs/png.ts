import { losslessCompressPng, type PNGLosslessOptions, PngRowFilter } from '@napi-rs/image'
import { inspect } from '../inspect/index.js'
import { writePngChunks } from '../metadata/png.js'
import type { Effort } from '../types.js'
import { attempt, type Candidate, type Codec, exact, present, type Work } from './codec.js'
import { type Gate, openGate } from './gate.js'
import { bitsFor, isReduced, nearLossless } from './near-lossless.js'
import { decode, type Pixels, sameAlpha } from './pixels.js'
import { openRaw } from './sharp.js'

/** Up to this size a result is scored as a whole: mosaics passed results that scored 70 over the whole picture. */
const GATE_PIXELS = 4e6

/** Two filters give nearly all that five do, in half the time. */
const FAST_FILTERS = [PngRowFilter.None, PngRowFilter.Paeth]

/** libimagequant's qualities from careful to coarse. */
const PALETTE_QUALITIES = [100, 90, 80] as const

/** libimagequant's effort; from 7 on, more of it costs more than it saves. */
const PALETTE_EFFORT: Record<Effort, number> = { fast: 4, balanced: 7, max: 10 }

/** PNG: oxipng always; a palette or rounded noise first where the score allows. */
export const png: Codec = async (work) => {
  const source = await decode(work.bytes)
  const lossless = await optimise(work, work.bytes)
  const lossy = await encodeLossy(work, source, lossless)
  return present([lossy, lossless === null ? null : exact(lossless)])
}

/**
 * What may not lose a bit: animations, 16-bit pictures, and 9-patches, whose border pixels are instructions. Sixteen
 * bits that oxipng found to say no more than eight count as eight, as they would in a second pass.
 */
function mustStayExact({ facts, settings }: Work, lossless: Uint8Array | null): boolean {
  if (settings.target === 'lossless' || facts.traits.has('apng') || facts.traits.has('nine-patch')) return true
  return facts.bitDepth > 8 && (lossless === null || (inspect(lossless, 'png')?.bitDepth ?? 16) > 8)
}

/** oxipng, then what it drops put back. Its `strip` would drop all frames but the first, so it stays off. */
async function optimise({ bytes, settings }: Work, encoded: Uint8Array): Promise<Uint8Array | null> {
  const options: PNGLosslessOptions = settings.effort === 'fast' ? { filter: FAST_FILTERS } : {}
  return attempt(async () => writePngChunks(await losslessCompressPng(encoded, options), bytes, settings.metadata))
}

/** Optimises until nothing changes (oxipng finds a few more bytes in its own results), or for as often as is usual. */
async function settle(work: Work, encoded: Uint8Array): Promise<Uint8Array | null> {
  let best = await optimise(work, encoded)
  for (let round = 0; best !== null && round < 3; round += 1) {
    const next = await optimise(work, best)
    if (next === null || next.length >= best.length) break
    best = next
  }
  return best
}

async function encodeLossy(work: Work, source: Pixels, lossless: Uint8Array | null): Promise<Candidate | null> {
  const { target } = work.settings
  if (target === 'lossless' || mustStayExact(work, lossless)) return null
  const k = bitsFor(target)
  if (isReduced(source, k)) return null
  const chosen = await chooseReduction(work, source, target, k)
  const bytes = chosen === null ? null : await settle(work, chosen.encoded)
  return bytes === null ? null : { bytes, quality: chosen?.score ?? null, exact: false }
}

interface Reduction {
  readonly encoded: Uint8Array
  readonly score: number
}

/** The coarsest palette that reaches the target, else rounded noise if that does, else nothing. */
async function chooseReduction(work: Work, source: Pixels, target: number, k: number): Promise<Reduction | null> {
  const gate = openGate(source, GATE_PIXELS)
  let chosen: Reduction | null = null
  for (const quality of PALETTE_QUALITIES) {
    const next = await measure(gate, source, await encodePalette(source, quality, work.settings.effort))
    if (next === null || next.score < target) break
    if (chosen === null || next.encoded.length < chosen.encoded.length) chosen = next
  }
  if (chosen !== null) return chosen
  const rounded = await measure(gate, source, await encodePlain(nearLossless(source, k)))
  return rounded !== null && rounded.score >= target ? rounded : null
}

async function measure(gate: Gate, source: Pixels, encoded: Uint8Array | null): Promise<Reduction | null> {
  if (encoded === null) return null
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
