import { compareApngs, parseApng, play } from '../apng/index.js'
import type { Candidate } from '../codecs/codec.js'
import { decode, decodeOnce, type Pixels, sameAlpha, samePixels } from '../codecs/pixels.js'
import { readUltraHdr } from '../gain-map/ultra-hdr.js'
import { renderGif } from '../gif/index.js'
import type { Facts } from '../inspect/facts.js'
import { BrokenImageError, inspect } from '../inspect/index.js'
import { decodeResized } from '../resize/resample.js'
import type { Resize, Size } from '../resize/size.js'
import { targetSize } from '../resize/target.js'
import type { Format } from '../types.js'

/** Why a result must not ship, or `null`. */
export type Objection = string | null

/** Compares what two headers say. Orientation and colour decide how equal numbers look, so they count too. */
export function compareFacts(source: Facts, result: Facts): Objection {
  const same: (keyof Facts)[] = ['format', 'width', 'height', 'frames', 'loop', 'orientation', 'colour']
  for (const key of same) {
    if (source[key] !== result[key]) return `${key} was ${String(source[key])} and became ${String(result[key])}`
  }
  if (source.traits.has('gain-map') !== result.traits.has('gain-map')) return 'a gain map came or went'
  if (misfitsProfile(source, result)) return `${source.model} became ${result.model} under the same profile`
  return source.delays.join() === result.delays.join() ? null : 'the frames are shown for other times'
}

/** A profile for grey numbers says nothing about red, green and blue ones, and the other way round. */
function misfitsProfile(source: Facts, result: Facts): boolean {
  return source.colour.startsWith('icc:') && (source.model === 'grey') !== (result.model === 'grey')
}

/** What only readers of our own read, to the last bit. */
const exactly: Partial<Record<Format, (source: Uint8Array, result: Uint8Array) => Promise<Objection>>> = {
  tiff: async (source, result) => (await import('../tiff/index.js')).compareTiffs(source, result),
  bmp: async (source, result) => (await import('../bmp/index.js')).compareBmps(source, result),
  ico: async (source, result) => (await import('../ico/index.js')).compareIcos(source, result),
}

/** Checks a candidate of ours by reading it, not by trusting who wrote it. */
export async function checkCandidate(source: Uint8Array, facts: Facts, candidate: Candidate): Promise<Objection> {
  const objection = compareFacts(facts, readFacts(candidate.bytes, facts))
  // An SVG's rendering and a GIF's frames were compared when they were made.
  if (objection !== null || facts.format === 'svg' || facts.format === 'gif') return objection
  const compare = facts.traits.has('apng') ? compareAnimations : exactly[facts.format]
  if (compare !== undefined) return compare(source, candidate.bytes)
  if (lostGainMap(source, candidate.bytes, facts)) return 'its gain map changed'
  return comparePixels(source, candidate.bytes, facts, candidate.exact)
}

/**
 * Checks a result of unknown origin: both must decode fully, to the same frames and exactly the size that `resize` asks
 * for, with transparency kept. Facts that headers tell are compared as well.
 */
export async function checkForeign(source: Uint8Array, result: Uint8Array, resize?: Resize): Promise<Objection> {
  const facts = inspect(source)
  const found = inspect(result)
  if (facts === null || found === null) return 'the format has no reader'
  const size = targetSize(source, facts, resize)
  const objection = compareFacts({ ...facts, ...size }, found)
  if (objection !== null) return objection
  const resized = size.width !== facts.width || size.height !== facts.height
  if (resized) return compareResized(source, result, facts, size)
  if (facts.format === 'gif') return compareFrames(framesOfGif(source), framesOfGif(result))
  const compare = exactly[facts.format]
  if (compare !== undefined) return compare(source, result)
  if (lostGainMap(source, result, facts)) return 'its gain map changed'
  const moving = facts.traits.has('apng') && facts.bitDepth <= 8 && found.bitDepth <= 8
  if (moving) return compareFrames(framesOfApng(source), framesOfApng(result))
  return comparePixels(source, result, facts, false)
}

/** Whether the gain map of a JPEG is not found again as it was, where it was found. */
function lostGainMap(source: Uint8Array, result: Uint8Array, { format, traits }: Facts): boolean {
  if (format !== 'jpeg' || !traits.has('gain-map')) return false
  const map = readUltraHdr(source)?.map
  const found = readUltraHdr(result)?.map
  return map === undefined || found === undefined || Buffer.compare(map, found) !== 0
}

function readFacts(bytes: Uint8Array, like: Facts): Facts {
  const facts = inspect(bytes, like.format)
  if (facts === null) throw new Error(`no reader for ${like.format}`)
  return facts
}

async function comparePixels(a: Uint8Array, b: Uint8Array, facts: Facts, exact: boolean): Promise<Objection> {
  // What is left of an APNG here has 16 bits, and shows its first frame.
  const animated = facts.frames > 1 && !facts.traits.has('apng')
  const source = await decodeOnce(a, animated)
  const result = await decodeOnce(b, animated)
  if (source.width !== result.width || source.height !== result.height) return 'it decodes to another size'
  if (exact) return samePixels(source, result) ? null : 'pixels changed'
  return sameAlpha(source, result) ? null : 'transparency changed'
}

async function compareResized(source: Uint8Array, result: Uint8Array, facts: Facts, size: Size): Promise<Objection> {
  const expected = await decodeResized(source, facts, size)
  const found = await decode(result, { animated: facts.frames > 1 })
  if (expected.width !== found.width || expected.height !== found.height) return 'it decodes to another size'
  return sameAlpha(expected, found) ? null : 'transparency changed'
}

function compareAnimations(a: Uint8Array, b: Uint8Array): Objection {
  const source = parseApng(a)
  const result = parseApng(b)
  return source && result ? compareApngs(source, result) : 'it is interlaced'
}

/** Frame by frame, so that a long animation never lies in memory as a whole. */
function compareFrames(source: Iterable<Pixels>, result: Iterable<Pixels>): Objection {
  const others = result[Symbol.iterator]()
  for (const frame of source) {
    const other = others.next()
    if (other.done) return 'frames are missing'
    if (!sameAlpha(frame, other.value)) return 'transparency changed'
  }
  return others.next().done ? null : 'there are more frames'
}

function* framesOfGif(bytes: Uint8Array): Generator<Pixels> {
  const { width, height, frames } = renderGif(bytes)
  for (const data of frames) yield { data, width, height, channels: 4 }
}

function* framesOfApng(bytes: Uint8Array): Generator<Pixels> {
  const apng = parseApng(bytes)
  if (apng === null) throw new BrokenImageError('png', 'frames that are interlaced')
  const { width, height } = apng.layout
  for (const { pixels } of play(apng)) yield { data: new Uint8Array(pixels.buffer), width, height, channels: 4 }
}
