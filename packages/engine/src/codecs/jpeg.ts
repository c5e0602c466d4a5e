import { compressJpeg } from '@napi-rs/image'
import { writeJpegMetadata } from '../metadata/jpeg.js'
import { attempt, type Candidate, type Codec, exact, present, type Work } from './codec.js'
import { type Gate, openGate } from './gate.js'
import { type JpegHeader, readJpegHeader } from './jpeg-header.js'
import { coarseness, lumaTable, mozjpegQuality } from './mozjpeg-tables.js'
import { decode, type Pixels } from './pixels.js'
import { searchQuality } from './search.js'
import { open, openRaw } from './sharp.js'

/** A lossy result must save this much over the lossless one; below that its loss buys nothing. */
const LOSSY_SHARE = 0.87

/** The search looks at four tiles; over 33 photos their score was within a point of the whole picture's. */
const SAMPLE_PIXELS = 1.05e6

/** The result is scored as a whole up to this size, above it on 25 tiles. A score takes some 0.15 CPU s per megapixel. */
const GATE_PIXELS = 4e6

/** Score points per step of quality, on the high side, so that a result which missed is not far too fine next time. */
const SLOPE = 1.2

/** Most encodes of the whole picture. One does for nearly all; each one more is a step up for a target that was missed. */
const ENCODES = 4

/** JPEG: recoded without loss always, re-encoded by mozjpeg where that pays and keeps the score. */
export const jpeg: Codec = async (work) => {
  const { bytes, facts, settings } = work
  if (facts.traits.has('gain-map') || facts.traits.has('trailing-data')) return 'embedded-data'
  if (facts.traits.has('unmarked-cmyk')) return 'colour-model'
  if (facts.bitDepth > 8) return 'high-bit-depth'
  // Decoded first: the lossless encoder would silently complete a truncated file.
  const source = await decode(bytes)
  const lossless = await attempt(async () => writeJpegMetadata(await compressJpeg(bytes), bytes, settings.metadata))
  if (lossless === null) return []
  const lossy = await encodeLossy(work, source, Math.min(lossless.length, bytes.length))
  return present([lossy, exact(lossless)])
}

interface Choice {
  readonly quality: number
  readonly fullChroma: boolean
  readonly score: number | null
}

async function encodeLossy(work: Work, source: Pixels, lossless: number): Promise<Candidate | null> {
  const { bytes, facts, settings } = work
  const header = readJpegHeader(bytes)
  const { target } = settings
  if (target === 'lossless' || facts.model === 'cmyk' || facts.model === 'other' || header === null) return null
  if (await isSpent(header, target)) return null
  const choice = await chooseQuality(work, source, header, target)
  return choice && encodeChecked(work, source, header, choice, lossless)
}

/** Encodes the whole picture, finer if a look at more of it says that the sample promised too much. */
async function encodeChecked(
  work: Work,
  source: Pixels,
  header: JpegHeader,
  choice: Choice,
  lossless: number,
): Promise<Candidate | null> {
  const { bytes, settings } = work
  const target = Number(settings.target)
  const sampled = choice.score !== null && source.width * source.height > SAMPLE_PIXELS
  const gate = sampled ? openGate(source, GATE_PIXELS) : null
  let { quality, score } = choice
  for (let encodes = 0; encodes < ENCODES && quality <= finest(target); encodes += 1) {
    if (!(await isCoarser(quality, header))) return null
    const encoded = await encode(bytes, { ...choice, quality }, header.components === 1)
    if (encoded === null || encoded.length > lossless * LOSSY_SHARE) return null
    if (gate !== null) score = gate.scoreWhole(await decode(encoded))
    if (score === null || score >= target) {
      return { bytes: writeJpegMetadata(encoded, bytes, settings.metadata), quality: score, exact: false }
    }
    quality += Math.max(1, Math.round((target - score) / SLOPE))
  }
  return null
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

/** Whether the chosen table is coarser than the source's, so that there is something to leave out. */
async function isCoarser(quality: number, header: JpegHeader): Promise<boolean> {
  return coarseness(await lumaTable(quality)) > coarseness(header.luma)
}

/** The cheapest setting that reaches the target on a sample; at `'fast'` one that does for most photos, unmeasured. */
async function chooseQuality(work: Work, source: Pixels, header: JpegHeader, target: number): Promise<Choice | null> {
  const start = Math.round(target >= 90 ? 94 : 82 + (target - 80) * 0.9)
  if (work.settings.effort === 'fast')
    return { quality: start, fullChroma: header.fullChroma && start >= 90, score: null }
  const gate = openGate(source, SAMPLE_PIXELS)
  const grey = header.components === 1
  const found = await searchChroma(gate, target, start, false, grey)
  if (found !== null || !header.fullChroma || grey) return found
  // Sharp coloured edges may need what halved chroma cannot give.
  return searchChroma(gate, target, start, true, grey)
}

async function searchChroma(
  gate: Gate,
  target: number,
  start: number,
  fullChroma: boolean,
  grey: boolean,
): Promise<Choice | null> {
  const measure = async (quality: number) => {
    const image = openRaw(gate.sample)
    const encoded = await (grey ? image.toColourspace('b-w') : image)
      .jpeg(options(quality, fullChroma, false))
      .toBuffer()
    return gate.scoreSample(await decode(encoded))
  }
  const found = await searchQuality({ target, min: 40, max: finest(target), start, steps: 5, measure })
  return found === null ? null : { ...found, fullChroma }
}

/** A grey picture stays one: as three channels it would contradict the profile that comes with it. */
function encode(bytes: Uint8Array, { quality, fullChroma }: Choice, grey: boolean): Promise<Uint8Array | null> {
  const image = open(bytes)
  return attempt(() => (grey ? image.toColourspace('b-w') : image).jpeg(options(quality, fullChroma, true)).toBuffer())
}

/** Scan optimisation saves 1 to 2 % for 40 % more time, so it waits for the final encode. */
function options(quality: number, fullChroma: boolean, final: boolean): Parameters<ReturnType<typeof open>['jpeg']>[0] {
  const chromaSubsampling = fullChroma ? '4:4:4' : '4:2:0'
  return { quality, mozjpeg: true, optimiseScans: final, progressive: final, chromaSubsampling }
}
