import { losslessCompressPng, type PNGLosslessOptions } from '@napi-rs/image'
import { inspect } from '../inspect/index.js'
import { writePngChunks } from '../metadata/png.js'
import type { Effort } from '../types.js'
import { encodeApng } from './apng.js'
import { isRounded } from './coarse-steps.js'
import { aimed, attempt, type Candidate, type Codec, exact, present, type Work } from './codec.js'
import { hasFewColours } from './near-lossless.js'
import { decode, type Pixels } from './pixels.js'
import { estimateSize, type RankedFilter, rankFilters } from './png-filters.js'
import { encodeLossyPng } from './png-lossy.js'

/** Row filters that oxipng tries at each effort, the most promising first. */
const FILTERS_TRIED: Record<Effort, number> = { fast: 1, balanced: 2, max: 5 }

/** The filter that rounded steps were made for: any other would make them as costly as they were. */
const MEAN = [{ filter: 3 }] as const

/** Filters for rows of indices in large pictures; all five cost twice as much and find a percent in one of ten. */
const INDICES = [{ filter: 0 }, { filter: 1 }] as const
const LARGE_PIXELS = 1.05e6

/** A lossy result below this share of what the source's own rows deflate to is smaller than any without loss. */
const CLEARLY_SMALLER = 0.8

/** Re-packing the same pixels must save this much; oxipng finds less in its own results. */
const LOSSLESS_SHARE = 0.995

/** PNG: a palette or rounded steps where the score allows, oxipng always. */
export const png: Codec = async (task) => {
  if (task.facts.traits.has('apng')) return encodeApng(task)
  const work = aimed(task)
  const source = await decode(work.bytes)
  const deep = work.facts.bitDepth > 8
  const early = deep ? null : await encodeLossy(work, source, null)
  const fewColours = hasFewColours(source)
  const ranked = deep || fewColours ? null : rankFilters(source)
  if (early !== null && ranked !== null && early.bytes.length < estimateSize(source, ranked) * CLEARLY_SMALLER) {
    return [early]
  }
  const filters =
    ranked?.slice(0, FILTERS_TRIED[work.settings.effort]) ?? (fewColours ? filtersOfIndices(source) : null)
  const lossless = await repack(work, work.bytes, filters)
  const lossy = deep ? await encodeLossy(work, source, lossless) : early
  const pays = lossless !== null && lossless.length <= work.bytes.length * LOSSLESS_SHARE
  return present([lossy, pays ? exact(lossless) : null])
}

/**
 * What may not lose a bit: 16-bit pictures, and 9-patches, whose border pixels are instructions. Sixteen
 * bits that oxipng found to say no more than eight count as eight, as they would in a second pass.
 */
function mustStayExact({ facts, settings }: Work, lossless: Uint8Array | null): boolean {
  if (settings.target === 'lossless' || facts.traits.has('nine-patch')) return true
  return facts.bitDepth > 8 && (lossless === null || (inspect(lossless, 'png')?.bitDepth ?? 16) > 8)
}

/** The same for a palette of ours and for one that a source has, so that a second pass packs no better. */
function filtersOfIndices({ width, height }: Pixels): typeof INDICES | null {
  return width * height > LARGE_PIXELS ? INDICES : null
}

/**
 * oxipng, then what it drops put back. Where rows do not hold colours
 * but indices, `filters` is `null` and all are tried.
 */
function repack(
  { bytes, settings }: Work,
  encoded: Uint8Array,
  filters: readonly Pick<RankedFilter, 'filter'>[] | null,
): Promise<Uint8Array | null> {
  const filter = filters?.map(({ filter }) => filter)
  const options: PNGLosslessOptions = filter === undefined ? {} : { filter }
  return attempt(async () => writePngChunks(await losslessCompressPng(encoded, options), bytes, settings.metadata))
}

/** A palette or rounded steps where the score allows, packed; `null` when neither gives a smaller file. */
async function encodeLossy(work: Work, source: Pixels, lossless: Uint8Array | null): Promise<Candidate | null> {
  const { target } = work.settings
  if (target === 'lossless' || mustStayExact(work, lossless)) return null
  if (hasFewColours(source) || isRounded(source)) return null
  const png = await encodeLossyPng(work, source, target)
  const bytes = png && (await repack(work, png.encoded, png.isRounded ? MEAN : filtersOfIndices(source)))
  return bytes && { bytes, quality: png.score, exact: false }
}
