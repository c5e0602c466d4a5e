import { losslessCompressPng, type PNGLosslessOptions } from '@napi-rs/image'
import { inspect } from '../inspect/index.js'
import { isMarkedPng, markPng, writePngChunks } from '../metadata/png.js'
import type { Effort } from '../types.js'
import { encodeApng } from './apng.js'
import { isRounded } from './coarse-steps.js'
import { aimed, attempt, type Candidate, type Codec, exact, present, type Work } from './codec.js'
import { countColours } from './near-lossless.js'
import { decodeOnce, type Pixels } from './pixels.js'
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

/** Pictures of up to so many colours were drawn with them; more of them are what some quantiser left. */
const DRAWN_COLOURS = 128

/** What fewer colours must save where there already is a palette: its loss was seen as good enough by somebody. */
const REPEATED_SHARE = 0.85

/** A picture on its way, with what is found out once. */
interface Job {
  readonly work: Work
  readonly source: Pixels
  /** Number of colours, or `null` when no palette holds them. */
  readonly colours: number | null
}

/** PNG: a palette or rounded steps where the score allows, oxipng always. */
export const png: Codec = async (task) => {
  if (task.facts.traits.has('apng')) return encodeApng(task)
  const work = aimed(task)
  const source = await decodeOnce(work.bytes)
  const job: Job = { work, source, colours: countColours(source) }
  const { effort } = work.settings
  // What was packed in haste is not packed better in haste.
  if (effort === 'fast' && isMarkedPng(work.bytes)) return []
  const isLarge = source.width * source.height > LARGE_PIXELS
  if (effort === 'fast' && work.facts.model === 'palette' && isLarge) return []
  const deep = work.facts.bitDepth > 8
  const early = deep ? null : await encodeLossy(job, null)
  if (effort === 'fast' && early !== null && early.bytes.length < work.bytes.length * CLEARLY_SMALLER) return [early]
  if (early !== null && job.colours === null && early.bytes.length < leastWithoutLoss(source) * CLEARLY_SMALLER) {
    return [early]
  }
  const ranked = deep || job.colours !== null ? null : rankFilters(source)
  const filters = ranked?.slice(0, FILTERS_TRIED[effort]) ?? filtersOfIndices(job)
  const lossless = await repack(work, work.bytes, filters)
  const lossy = deep ? await encodeLossy(job, lossless) : early
  const least = Math.min(lossless?.length ?? work.bytes.length, work.bytes.length)
  const isWorthIt = job.colours === null || (lossy !== null && lossy.bytes.length < least * REPEATED_SHARE)
  const pays = lossless !== null && lossless.length <= work.bytes.length * LOSSLESS_SHARE
  return present([isWorthIt ? lossy : null, pays ? exact(lossless) : null])
}

/** About what the source's own rows deflate to: by the filter for drawings or by that for photos. */
function leastWithoutLoss(source: Pixels): number {
  return estimateSize(source, rankFilters(source, [0, 4]))
}

/**
 * What may not lose a bit: 16-bit pictures, and 9-patches, whose border pixels are instructions. Sixteen
 * bits that oxipng found to say no more than eight count as eight, as they would in a second pass.
 */
function mustStayExact({ facts, settings }: Work, lossless: Uint8Array | null): boolean {
  if (settings.target === 'lossless' || facts.traits.has('nine-patch')) return true
  return facts.bitDepth > 8 && (lossless === null || (inspect(lossless, 'png')?.bitDepth ?? 16) > 8)
}

/** Filters for rows of indices, or `null` for all: the same for a palette of ours and for one that a source has. */
function filtersOfIndices({ work, source, colours }: Job): readonly Pick<RankedFilter, 'filter'>[] | null {
  if (colours === null && work.facts.bitDepth > 8) return null
  if (work.settings.effort === 'fast') return INDICES.slice(0, 1)
  return source.width * source.height > LARGE_PIXELS ? INDICES : null
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

/** Fewer colours than a palette has gain little in large pictures, for what it takes to find out. */
function isRequantisable({ work, source }: Job, colours: number): boolean {
  return work.settings.effort !== 'fast' && colours > DRAWN_COLOURS && source.width * source.height <= LARGE_PIXELS
}

/** A palette or rounded steps where the score allows, packed; `null` when neither gives a smaller file. */
async function encodeLossy(job: Job, lossless: Uint8Array | null): Promise<Candidate | null> {
  const { work, source, colours } = job
  const { target } = work.settings
  if (target === 'lossless' || mustStayExact(work, lossless) || isMarkedPng(work.bytes)) return null
  if (colours !== null && !isRequantisable(job, colours)) return null
  if (isRounded(source)) return null
  const found = await encodeLossyPng(work, source, { target, hasPalette: colours !== null })
  if (found === null) return null
  const packed = found.isPacked
    ? await attempt(() => writePngChunks(found.encoded, work.bytes, work.settings.metadata))
    : await repack(work, found.encoded, found.isRounded ? MEAN : filtersOfIndices({ ...job, colours: 0 }))
  return packed && { bytes: markPng(packed), quality: found.score, exact: false }
}
