import { compressJpeg } from '@napi-rs/image'
import { readUltraHdr, writeUltraHdr } from '../gain-map/ultra-hdr.js'
import { inspect } from '../inspect/index.js'
import { writeJpegMetadata } from '../metadata/jpeg.js'
import type { Effort, KeptReason } from '../types.js'
import { aimed, attempt, type Candidate, type Codec, exact, present, type Work } from './codec.js'
import { type Gate, openGate } from './gate.js'
import { type JpegHeader, readJpegHeader } from './jpeg-header.js'
import { mozjpegQuality } from './mozjpeg-tables.js'
import { decode, decodeOnce, type Pixels } from './pixels.js'
import { guessQuality, searchQuality } from './search.js'
import { open, openRaw } from './sharp.js'

/** A lossy result must save this much over the lossless one; below that its loss buys nothing. */
const LOSSY_SHARE = 0.87

/** Recoding without loss leaves four fifths or more of nearly every file; below this share it is not tried. */
const CLEARLY_SMALLER: Record<Effort, number> = { fast: LOSSY_SHARE, balanced: 0.7, max: 0 }

/** The search looks at four tiles; over 33 photos their score was within a point of the whole picture's. */
const SAMPLE_PIXELS = 1.05e6

/** The result is scored as a whole up to this size, above it on 16 tiles. A score takes some 0.1 CPU s per megapixel. */
const WHOLE_PIXELS = 4e6
const TILED_PIXELS = 2.4e6

/** Most encodes of the sample; after a single one the quality is a guess. */
const STEPS: Record<Effort, number> = { fast: 1, balanced: 5, max: 8 }

/** Score points per step of quality, on the high side, so that a result which missed is not far too fine next time. */
const SLOPE = 1.2

/** Points above the target from which a coarser encode of the whole picture is tried: some 3 % of its bytes. */
const OVERSHOT = 1.5

/** Most encodes of the whole picture. One does for most; each one more is a step towards a target that was missed. */
const ENCODES = 4

/** JPEG: recoded without loss always, re-encoded by mozjpeg where that pays and keeps the score. */
export const jpeg: Codec = async (task) => {
  const { traits } = task.facts
  // Without its EXIF it would be shown in another size, and a part of that is none of what the policies know.
  if (traits.has('density') && task.settings.metadata !== 'all') return 'embedded-data'
  if (traits.has('gain-map')) return compressUltraHdr(task)
  return traits.has('trailing-data') ? 'embedded-data' : compressPlain(task)
}

/** The picture as any other; its gain map stays as it is, as it holds for what looks the same. */
async function compressUltraHdr({ bytes, settings }: Work): Promise<readonly Candidate[] | KeptReason> {
  const parts = readUltraHdr(bytes)
  const facts = parts && inspect(parts.base, 'jpeg')
  if (parts === null || facts === null) return 'embedded-data'
  const found = await compressPlain({ bytes: parts.base, facts, settings })
  if (typeof found === 'string') return found
  return found.map((picture) => ({ ...picture, bytes: writeUltraHdr(picture.bytes, parts, settings.metadata) }))
}

async function compressPlain(task: Work): Promise<readonly Candidate[] | KeptReason> {
  const work = aimed(task)
  const { bytes, facts, settings } = work
  if (facts.traits.has('unmarked-cmyk') || facts.traits.has('torn-profile')) return 'colour-model'
  if (facts.bitDepth > 8) return 'high-bit-depth'
  // Decoded first: the lossless encoder would silently complete a truncated file.
  const source = await decodeOnce(bytes)
  const lossy = await encodeLossy(work, source)
  if (lossy !== null && lossy.bytes.length < bytes.length * CLEARLY_SMALLER[settings.effort]) return [lossy]
  // Recoding what was encoded in haste would gain a little, and a second pass shall not.
  if (settings.effort === 'fast' && (await isOurKind(bytes, settings.target))) return present([lossy])
  const lossless = await attempt(async () => writeJpegMetadata(await compressJpeg(bytes), bytes, settings.metadata))
  if (lossless === null) return []
  const pays = lossy !== null && lossy.bytes.length <= Math.min(lossless.length, bytes.length) * LOSSY_SHARE
  return pays ? [lossy] : [exact(lossless)]
}

/** Whether a file's header is that of an encode for a target. */
async function isOurKind(bytes: Uint8Array, target: number | 'lossless'): Promise<boolean> {
  const header = readJpegHeader(bytes)
  return target !== 'lossless' && header !== null && (await isSpent(header, target))
}

interface Choice {
  readonly quality: number
  readonly fullChroma: boolean
  readonly score: number
}

async function encodeLossy(work: Work, source: Pixels): Promise<Candidate | null> {
  const { bytes, facts, settings } = work
  const header = readJpegHeader(bytes)
  const { target } = settings
  if (target === 'lossless' || facts.model === 'cmyk' || facts.model === 'other' || header === null) return null
  if (await isSpent(header, target)) return null
  const choice = await chooseQuality(work, source, header, target)
  return choice && encodeChecked(work, source, header, choice)
}

/** Encodes the whole picture, finer if a look at more of it says that the sample promised too much. */
async function encodeChecked(
  work: Work,
  source: Pixels,
  header: JpegHeader,
  choice: Choice,
): Promise<Candidate | null> {
  const { bytes, settings } = work
  const target = Number(settings.target)
  const pixels = source.width * source.height
  const isFast = settings.effort === 'fast'
  const isKnown = pixels <= SAMPLE_PIXELS && !isFast
  const care = { optimiseScans: !isFast, trellisQuantisation: !isFast }
  const gate = isKnown ? null : openGate(source, pixels > WHOLE_PIXELS ? TILED_PIXELS : WHOLE_PIXELS)
  let best: { encoded: Uint8Array; score: number } | null = null
  let missed = 0
  let { quality, score } = choice
  for (let encodes = 0; encodes < ENCODES && quality <= finest(target) && quality > missed; encodes += 1) {
    const bare = await encode(bytes, { ...choice, quality }, header.components === 1, care)
    if (bare === null || bare.length > bytes.length * LOSSY_SHARE) break
    const encoded = writeJpegMetadata(bare, bytes, settings.metadata)
    if (gate !== null) score = gate.scoreWhole(await decodeOnce(encoded))
    if (score < target) {
      if (best !== null) break
      missed = quality
      // Further each time, as the last step was too small.
      quality += Math.max(encodes + 1, Math.round((target - score) / SLOPE))
    } else {
      best = { encoded, score }
      if (gate === null || isFast || score < target + OVERSHOT) break
      quality -= Math.floor((score - target) / SLOPE)
    }
  }
  return best && { bytes: best.encoded, quality: best.score, exact: false }
}

/** The finest quality worth trying for a target: what needs more is better recoded without loss. */
function finest(target: number): number {
  return Math.min(97, Math.round(target >= 90 ? 96 : 93))
}

/**
 * Whether the file is what an encode for this target makes: mozjpeg's own table at or below the finest quality tried.
 * It keeps our results, and those of others who compressed with care, from losing a little at every pass.
 */
async function isSpent(header: JpegHeader, target: number): Promise<boolean> {
  if (!header.progressive) return false
  const quality = await mozjpegQuality(header.luma)
  return quality !== null && quality <= finest(target)
}

/** The cheapest setting that reaches the target on a sample. */
async function chooseQuality(work: Work, source: Pixels, header: JpegHeader, target: number): Promise<Choice | null> {
  const start = Math.round(target >= 90 ? 94 : 82 + (target - 80) * 0.9)
  const gate = openGate(source, SAMPLE_PIXELS)
  const grey = header.components === 1
  const { effort } = work.settings
  const search = { gate, target, start, grey, steps: STEPS[effort], isFast: effort === 'fast' }
  const found = await searchChroma(search, false)
  if (found !== null || !header.fullChroma || grey) return found
  // Sharp coloured edges may need what halved chroma cannot give.
  return searchChroma(search, true)
}

interface ChromaSearch {
  readonly gate: Gate
  readonly target: number
  readonly start: number
  readonly grey: boolean
  readonly steps: number
  readonly isFast: boolean
}

async function searchChroma(search: ChromaSearch, fullChroma: boolean): Promise<Choice | null> {
  const { gate, target, start, grey, steps, isFast } = search
  const measure = async (quality: number) => {
    const image = openRaw(gate.sample)
    const encoded = await (grey ? image.toColourspace('b-w') : image)
      .jpeg({ ...options(quality, fullChroma, false), trellisQuantisation: !isFast })
      .toBuffer()
    return gate.scoreSample(await decode(encoded))
  }
  const bounds = { target, min: 40, max: finest(target), start, measure }
  const found = await (steps === 1 ? guessQuality({ ...bounds, steps }) : searchQuality({ ...bounds, steps }))
  return found === null ? null : { ...found, fullChroma }
}

/**
 * What an encoder may spend. Scan optimisation saves 1 to 4 %, which a second pass would find: only haste, which makes
 * none, goes without. Trellis quantisation saves up to a tenth and takes half of all.
 */
interface Care {
  readonly optimiseScans: boolean
  readonly trellisQuantisation: boolean
}

/** A grey picture stays one: as three channels it would contradict the profile that comes with it. */
function encode(
  bytes: Uint8Array,
  { quality, fullChroma }: Choice,
  grey: boolean,
  care: Care,
): Promise<Uint8Array | null> {
  const image = open(bytes)
  const chosen = { ...options(quality, fullChroma, true), ...care }
  return attempt(() => (grey ? image.toColourspace('b-w') : image).jpeg(chosen).toBuffer())
}

/** Scans do not change a pixel, so optimising them waits for the final encode. */
function options(quality: number, fullChroma: boolean, final: boolean): Parameters<ReturnType<typeof open>['jpeg']>[0] {
  const chromaSubsampling = fullChroma ? '4:4:4' : '4:2:0'
  return { quality, mozjpeg: true, optimiseScans: final, progressive: final, chromaSubsampling }
}
