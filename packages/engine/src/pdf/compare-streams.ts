import type { Size } from '../resize/size.js'
import type { Objection, Tolerance } from './compare.js'
import { decodeFully, decodeStream, filtersOf } from './filters.js'
import { readJpegModel } from './jpeg-parts.js'
import { MAX_STREAM } from './limits.js'
import type { Model } from './model.js'
import { type Picture, pictureSize, readPicture, rowBytes } from './picture.js'
import { expandSamples, paletteOf } from './samples.js'
import { serialize } from './serialize.js'
import { compareFonts } from './truetype.js'
import { nameOf, numberOf, type Stream, type Value } from './values.js'

/** What comparing two streams' bytes came to, and the colour spaces that remain to be compared. */
export interface Compared {
  readonly objection: Objection
  readonly spaces: readonly (readonly [Value, Value])[]
}

/** Compares what two streams hold; their dictionaries are compared elsewhere, but for how samples are stored. */
export function compareStreams(a: Stream, b: Stream, source: Model, result: Model, tolerance: Tolerance): Compared {
  const before = readPicture(a, source.resolve)
  const after = readPicture(b, result.resolve)
  const spaces = [[a.dict.get('ColorSpace') ?? null, b.dict.get('ColorSpace') ?? null]] as const
  if (before === null || after === null) {
    const entries = ['BitsPerComponent', 'Width', 'Height'] as const
    const others = entries.map((key) => [a.dict.get(key) ?? null, b.dict.get(key) ?? null] as const)
    return { objection: comparePlain(a, b, source, result), spaces: [...spaces, ...others] }
  }
  const sameWay =
    isSameSize(before, after) &&
    before.bits === after.bits &&
    before.components === after.components &&
    !isPalette(b, a, source, result)
  if (sameWay && comparePlain(a, b, source, result) === null) return { objection: null, spaces }
  const objection = comparePictures(before, after, source, result, tolerance)
  const base = isPalette(b, a, source, result) ? [[spaces[0][0], baseOf(b, result)] as const] : spaces
  return { objection, spaces: base }
}

/** Compares two TrueType fonts, of which the result's may lack what readers do not use. */
export function compareFontFiles(a: Stream, b: Stream, source: Model, result: Model): Objection {
  const before = decodeFully(a, source.resolve, MAX_STREAM)
  const after = decodeFully(b, result.resolve, MAX_STREAM)
  if (before === null || after === null) return comparePlain(a, b, source, result)
  const isSame = Buffer.compare(before, after) === 0
  const length = isSame ? numberOf(source.resolve(a.dict.get('Length1'))) : after.length
  if (numberOf(result.resolve(b.dict.get('Length1'))) !== length) return 'a font has another length'
  return isSame ? null : compareFonts(before, after)
}

function comparePlain(a: Stream, b: Stream, source: Model, result: Model): Objection {
  if (Buffer.compare(a.raw, b.raw) === 0 && encodingKey(a, source) === encodingKey(b, result)) return null
  const before = decodeStream(a, source.resolve, MAX_STREAM)
  const after = decodeStream(b, result.resolve, MAX_STREAM)
  if (before === null || after === null) return 'a stream changed that does not decode'
  const codecs = [before, after].map(({ rest }) => rest.map(({ name }) => name).join())
  if (codecs[0] !== codecs[1]) return 'a stream has another codec'
  return Buffer.compare(before.data, after.data) === 0 ? null : 'the content of a stream changed'
}

/** How a stream is stored, without references, which are numbered anew. */
function encodingKey(stream: Stream, { resolve }: Model): string {
  const filters = filtersOf(stream, resolve) ?? []
  const parms = filters.map(({ parms: dict }) =>
    [...(dict ?? [])].map(([key, value]) => [key, serialize(resolve(value), () => 0)]),
  )
  return JSON.stringify([filters.map(({ name }) => name), parms])
}

function isSameSize(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height
}

function comparePictures(
  a: Picture,
  b: Picture,
  source: Model,
  result: Model,
  { exact, resize }: Tolerance,
): Objection {
  const scaled = !isSameSize(a, b)
  if (scaled && !isSameSize(pictureSize(a, resize), b)) return 'a picture has another size'
  const before = decodeStream(a.stream, source.resolve, MAX_STREAM)
  const after = decodeStream(b.stream, result.resolve, MAX_STREAM)
  if (before === null || after === null) return 'a picture does not decode'
  const codec = after.rest[0]?.name
  if (codec !== undefined) {
    if (codec !== 'DCTDecode') return 'a picture has another codec'
    if (exact && (scaled || before.rest[0]?.name !== codec)) return 'a picture was encoded with loss'
    return compareJpeg(b, after.data)
  }
  if (before.rest.length > 0 && !scaled) return 'a picture lost its codec'
  if (after.data.length < rowBytes(b) * b.height) return 'rows of a picture are missing'
  if (!exact || scaled) return null
  const left = expandSamples(a, before.data, null)
  const right = expandSamples(b, after.data, paletteOf(b, result.resolve))
  return left !== null && right !== null && Buffer.compare(left, right) === 0 ? null : 'samples of a picture changed'
}

function compareJpeg(picture: Picture, data: Uint8Array): Objection {
  const model = readJpegModel(data)
  const { width, height, components } = picture
  const same = model?.width === width && model.height === height && model.components === components
  return same ? null : 'a picture contradicts its dictionary'
}

/** Whether the result stores by palette what its source does not. */
function isPalette(b: Stream, a: Stream, source: Model, result: Model): boolean {
  return family(b, result) === 'Indexed' && family(a, source) !== 'Indexed'
}

function family(stream: Stream, { resolve }: Model): string | null {
  const space = resolve(stream.dict.get('ColorSpace'))
  return Array.isArray(space) ? nameOf(resolve(space[0])) : null
}

function baseOf(stream: Stream, { resolve }: Model): Value {
  const space = resolve(stream.dict.get('ColorSpace'))
  return Array.isArray(space) ? (space[1] ?? null) : null
}
