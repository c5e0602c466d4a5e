import { optimize } from 'svgo'
import { attempt, type Candidate, type Codec, exact, UnreadableError, type Work } from './codec.js'
import { type Gate, openGate } from './gate.js'
import { decode, type Pixels, sameAlpha, samePixels } from './pixels.js'
import { type Depth, type Precision, pluginsFor } from './svg-plugins.js'

/** A drawing has no noise to hide in: it must stay this close to its source whatever the target. */
const FLOOR = 90

/** The same where rounding had to be done twice. */
const SECOND_FLOOR = 85

/** Longest edge of a test rendering, and how many times its own size a drawing is rendered at if that allows. */
const RENDER_EDGE = 1400
const RENDER_SCALE = 2
/** A drawing that says no size, or says it in units that scale twice, may come out larger; not without bound. */
const RENDER_PIXELS = 16e6

/** librsvg's own resolution. */
const DPI = 72

/** Rounds until nothing changes any more; two are usual. */
const ROUNDS = 6

/** Tabs and line ends that must not be written as such: in an attribute, a script's line comment would not end there. */
const LINE_REFERENCE = /&#(?:0*(?:9|10|13)|x0*[9ad]);/i

/** Uses of filters in a drawing that is rendered. Icons have a handful, illustrations up to fifty. */
const MOST_FILTERED = 64

/** SVG: svgo with the plugins that cannot break references, and a look at the rendered result. */
export const svg: Codec = async (work) => {
  const { traits } = work.facts
  if (traits.has('external') || traits.has('foreign')) return 'active-content'
  const text = decodeText(work.bytes)
  if (text === null) return 'no-gain'
  if (traits.has('active') && LINE_REFERENCE.test(text)) return 'active-content'
  // What the renderer cannot draw, such as a picture without size, or not in time, is treated like what it cannot judge.
  const isJudged = !traits.has('active') && !isSlow(text)
  const source = isJudged ? await attempt(() => render(work.bytes, work)) : null
  const candidates: Candidate[] = []
  if (source !== null && work.settings.target !== 'lossless' && showsAll(source, work)) {
    const drawing = await offerDrawing(work, text, source, Math.max(FLOOR, work.settings.target))
    if (drawing !== null) candidates.push(drawing)
  }
  if (candidates.length === 0) candidates.push(...(await offerExact(work, text, source)))
  return candidates
}

/** Whether so many parts go through filters that each rendering would take tens of seconds: a quarter of one for each. */
function isSlow(text: string): boolean {
  return (text.match(/\bfilter\s*[:=]\s*["']?\s*url\(/g) ?? []).length > MOST_FILTERED
}

/** Whether a look at the rendering says something of every shape: not of what others take, or styles show at times. */
function showsAll(source: Pixels, { facts }: Work): boolean {
  if (facts.traits.has('parts')) return false
  return source.channels === 3 || source.data.some((value, at) => at % 4 === 3 && value > 0)
}

/** The text, or `null` when another encoding is declared and needed: svgo writes UTF-8. */
function decodeText(bytes: Uint8Array): string | null {
  const declared = /^[^<]*<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)/.exec(
    Buffer.from(bytes.subarray(0, 256)).toString('latin1'),
  )
  const other = declared !== null && !/^(utf-?8|us-ascii)$/i.test(declared[1] ?? '')
  if (other && bytes.some((byte) => byte > 127)) return null
  return new TextDecoder('utf-8').decode(bytes)
}

/** A candidate as text and as seen. */
interface Drawing extends Candidate {
  readonly text: string
  readonly pixels: Pixels
}

/** Numbers of two decimals if that is as good as unseen, else of three, or `null`. */
async function offerDrawing(work: Work, text: string, source: Pixels, target: number): Promise<Candidate | null> {
  const like = likenessTo(source)
  const coarse = await round(work, text, 2, like)
  if (coarse !== null && (coarse.quality ?? 0) >= target) return coarse
  const fine = await round(work, text, 3, like)
  if (fine === null || (fine.quality ?? 0) < target) return null
  // What would be taken when the finer one is compressed again must be taken now, or it would get worse by and by.
  const next = await round(work, fine.text, 2, likenessTo(fine.pixels))
  if (next === null || (next.quality ?? 0) < target) return fine
  const quality = like(next.pixels) ?? 0
  return quality >= SECOND_FLOOR ? { ...next, quality } : null
}

/** A drawing with rounded numbers and how close it is, or `null` when it is another size or another shape. */
async function round(work: Work, text: string, precision: Precision, like: Likeness): Promise<Drawing | null> {
  const bytes = await attempt(() => optimise(text, 'drawing', work, precision))
  const pixels = bytes === null ? null : await attempt(() => render(bytes, work))
  const quality = pixels && like(pixels)
  if (bytes === null || pixels === null || quality === null) return null
  return { bytes, quality, exact: false, text: new TextDecoder().decode(bytes), pixels }
}

/** The score of a rendering, or `null` when it has another size or other transparency. */
type Likeness = (pixels: Pixels) => number | null

function likenessTo(source: Pixels): Likeness {
  let gate: Gate | null = null
  return (pixels) => {
    if (!comparable(source, pixels)) return null
    if (samePixels(source, pixels)) return 100
    if (!sameAlpha(source, pixels)) return null
    gate ??= openGate(source, RENDER_EDGE ** 2)
    return gate.scoreWhole(pixels)
  }
}

/** What only leaves out bytes that draw nothing. Where scripts or animations run, a rendering would prove little. */
async function offerExact(work: Work, text: string, source: Pixels | null): Promise<Candidate[]> {
  const bytes = await attempt(() => optimise(text, source === null ? 'wrapping' : 'structure', work))
  if (bytes === null) throw new UnreadableError('not well-formed XML')
  if (source === null) return [{ bytes, quality: null, exact: true }]
  const pixels = await render(bytes, work)
  return comparable(source, pixels) && samePixels(source, pixels) ? [exact(bytes)] : []
}

function comparable(source: Pixels, result: Pixels): boolean {
  return source.width === result.width && source.height === result.height
}

/** Optimises until the text repeats, so that optimising the result again changes nothing. */
function optimise(text: string, depth: Depth, { settings }: Work, precision?: Precision): Uint8Array {
  const plugins = pluginsFor(depth, text, settings, precision)
  let current = text
  for (let round = 0; round < ROUNDS; round += 1) {
    const next = optimize(current, { plugins, js2svg: { pretty: false, indent: 0 } }).data
    if (next === current) break
    current = next
  }
  return new TextEncoder().encode(current)
}

/** Only ever from memory: given a path, librsvg would open files that lie beside it. */
function render(bytes: Uint8Array, { facts }: Work): Promise<Pixels> {
  const edge = Math.max(facts.width, facts.height)
  const scale = edge === 0 ? 1 : Math.min(RENDER_SCALE, RENDER_EDGE / edge)
  return decode(bytes, { density: Math.max(1, DPI * scale), limitInputPixels: RENDER_PIXELS })
}
