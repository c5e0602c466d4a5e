import { deflateSync } from 'node:zlib'
import { attempt } from '../codecs/codec.js'
import { decode, type Pixels, withAlpha } from '../codecs/pixels.js'
import { resample } from '../resize/resample.js'
import type { Scale, Size } from '../resize/size.js'
import { readAlpha } from './alpha.js'
import { decodeStream } from './filters.js'
import { readJpegModel } from './jpeg-parts.js'
import { MAX_PACKED_PIXELS, MAX_PICTURE_PIXELS, MAX_STREAM } from './limits.js'
import type { Model } from './model.js'
import { mayLose, toPixels } from './pack-lossy.js'
import { type Picture, pictureSize, readPicture, rowBytes } from './picture.js'
import { rewrite } from './rewrite.js'
import { type Dict, type Resolve, Stream } from './values.js'

/** A picture that was scaled, and its mask, as they were before. */
export type ScaledPicture = readonly { readonly stream: Stream; readonly dict: Dict; readonly raw: Uint8Array }[]

/**
 * Scales the pictures of a model, and stores them without loss to be packed. Left as they are: those whose samples are
 * no plain 8-bit grey or colour, or have a mask that is not as large as they are or another's too.
 */
export async function scalePictures(model: Model, resize: Scale | undefined): Promise<ScaledPicture[]> {
  const scaled: ScaledPicture[] = []
  const masks = countMasks(model)
  let budget = MAX_PACKED_PIXELS
  for (const object of model.objects.values()) {
    const picture = object instanceof Stream && !masks.has(object) ? readPicture(object, model.resolve) : null
    if (picture === null || !isScalable(picture, masks, model.resolve)) continue
    const pixels = picture.width * picture.height
    const size = pictureSize(picture, resize)
    if (size.width === picture.width && size.height === picture.height) continue
    if (pixels > MAX_PICTURE_PIXELS || pixels > budget) continue
    budget -= pixels
    const before = await scalePicture(picture, size, model.resolve)
    if (before !== null) scaled.push(before)
  }
  return scaled
}

/** Puts back the pictures that did not become smaller, and tells which streams are theirs. */
export function restoreGrown(scaled: readonly ScaledPicture[]): ReadonlySet<Stream> {
  const restored = new Set<Stream>()
  for (const parts of scaled) {
    const before = parts.reduce((sum, { raw }) => sum + raw.length, 0)
    const after = parts.reduce((sum, { stream }) => sum + stream.raw.length, 0)
    if (after < before) continue
    for (const { stream, dict, raw } of parts) {
      stream.raw = raw
      stream.dict.clear()
      for (const [key, value] of dict) stream.dict.set(key, value)
      restored.add(stream)
    }
  }
  return restored
}

/** How many pictures each mask is for. */
function countMasks({ objects, resolve }: Model): Map<Stream, number> {
  const counts = new Map<Stream, number>()
  for (const object of objects.values()) {
    if (!(object instanceof Stream)) continue
    for (const key of ['SMask', 'Mask']) {
      const mask = resolve(object.dict.get(key))
      if (mask instanceof Stream) counts.set(mask, (counts.get(mask) ?? 0) + 1)
    }
  }
  return counts
}

function isScalable(picture: Picture, masks: ReadonlyMap<Stream, number>, resolve: Resolve): boolean {
  const { dict } = picture.stream
  if (!mayLose(picture) || dict.has('Mask') || dict.has('SMaskInData')) return false
  const mask = resolve(dict.get('SMask'))
  return mask === null || (mask instanceof Stream && masks.get(mask) === 1)
}

/** @returns What was there before; `null` when it was left as it is. */
async function scalePicture(picture: Picture, size: Size, resolve: Resolve): Promise<ScaledPicture | null> {
  const alpha = readAlpha(picture, resolve)
  const source = alpha === 'unknown' ? null : await pixelsOf(picture, resolve)
  if (alpha === 'unknown' || source === null) return null
  const pixels = await resample(alpha === null ? source : withSoftMask(source, alpha), size)
  const mask = resolve(picture.stream.dict.get('SMask'))
  const parts = [snapshot(picture.stream), ...(mask instanceof Stream ? [snapshot(mask)] : [])]
  store(picture.stream, size, channelsOf(pixels, picture.components === 1 ? [0] : [0, 1, 2]))
  if (mask instanceof Stream) store(mask, size, channelsOf(pixels, [3]))
  return parts
}

function snapshot(stream: Stream): ScaledPicture[number] {
  return { stream, dict: new Map(stream.dict), raw: stream.raw }
}

/** A picture's colours, or `null` when they cannot be read as all readers do. */
async function pixelsOf(picture: Picture, resolve: Resolve): Promise<Pixels | null> {
  const { width, height, bits, components } = picture
  const decoded = decodeStream(picture.stream, resolve, MAX_STREAM)
  if (decoded === null) return null
  const [codec] = decoded.rest
  if (codec === undefined) {
    const size = rowBytes(picture) * height
    const data = decoded.data.subarray(0, size)
    return data.length < size ? null : toPixels({ data, width, height, bits, components }, null)
  }
  if (decoded.rest.length > 1 || codec.name !== 'DCTDecode' || codec.parms !== null) return null
  const jpeg = await attempt(() => readJpegModel(decoded.data))
  if (!jpeg?.plain || jpeg.width !== width || jpeg.height !== height || jpeg.components !== components) return null
  return jpeg.bits === 8 ? attempt(() => decode(decoded.data)) : null
}

function withSoftMask(pixels: Pixels, alpha: Uint8Array): Pixels {
  const picture = withAlpha(pixels)
  for (const [i, value] of alpha.entries()) picture.data[4 * i + 3] = value
  return picture
}

function channelsOf({ data, channels }: Pixels, wanted: readonly number[]): Uint8Array {
  const count = data.length / channels
  const samples = new Uint8Array(count * wanted.length)
  for (let i = 0, to = 0; i < count; i++) {
    for (const channel of wanted) samples[to++] = data[i * channels + channel] ?? 0
  }
  return samples
}

/** Packed quickly, as it is only read once more. */
function store(stream: Stream, { width, height }: Size, samples: Uint8Array): void {
  rewrite(stream, deflateSync(samples, { level: 1 }), 'FlateDecode', null)
  stream.dict.set('Width', width).set('Height', height).set('BitsPerComponent', 8)
}
