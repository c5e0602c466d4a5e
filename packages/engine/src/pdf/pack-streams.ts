import type { Settings } from '../codecs/settings.js'
import type { Effort } from '../types.js'
import type { Claims } from './claims.js'
import type { CompressImage } from './compress-image.js'
import { deflateBest } from './deflate.js'
import { type Decoded, decodeStream } from './filters.js'
import {
  MAX_DECODED,
  MAX_PACKED_PIXELS,
  MAX_PICTURE_PIXELS,
  MAX_SAMPLES,
  MAX_SEARCHED_PIXELS,
  MAX_STREAM,
} from './limits.js'
import { addObject, type Model } from './model.js'
import { findFonts, packFont } from './pack-font.js'
import { packJpeg } from './pack-jpeg.js'
import { type Lossy, mayLose, packLossy } from './pack-lossy.js'
import { packSamples } from './pack-samples.js'
import { costOf, type Encoding, type Picture, readPicture, rowBytes } from './picture.js'
import type { Samples } from './png-container.js'
import { rewrite } from './rewrite.js'
import { Stream, type Value } from './values.js'

/** DEFLATE's highest ratio. */
const MOST_INFLATED = 1032

/** What packing did to the pictures: the lowest score, 100 when none changed, `null` when one was not measured. */
export interface Loss {
  readonly quality: number | null
}

/** What one file may still cost. Counted, not timed, so that the same file always ends the same. */
interface Budget {
  decoded: number
  packed: number
  searched: number
}

/** Everything that packing one stream needs to know. */
interface Packing {
  readonly model: Model
  readonly settings: Settings
  readonly compress: CompressImage
  readonly masks: ReadonlySet<Stream>
  /** Fonts that may lose what readers do not use. */
  readonly fonts: ReadonlySet<Stream>
  readonly budget: Budget
}

/** Packs the streams of a model anew, all or those in `only`, each kept as it is unless that makes it smaller. */
export async function packStreams(
  model: Model,
  settings: Settings,
  claims: Claims,
  compress: CompressImage,
  only: ReadonlySet<Stream> | null = null,
): Promise<Loss> {
  const budget = { decoded: MAX_DECODED, packed: MAX_PACKED_PIXELS, searched: MAX_SEARCHED_PIXELS }
  const fonts = settings.metadata === 'all' ? new Set<Stream>() : findFonts(model)
  const packing = { model, settings, compress, masks: findMasks(model), fonts, budget }
  // Archives want their description as plain text.
  const untouched = claims.archival ? model.resolve(model.catalog.get('Metadata')) : null
  let quality: number | null = 100
  for (const object of [...model.objects.values()]) {
    if (!(object instanceof Stream) || object === untouched || only?.has(object) === false) continue
    const found = await packStream(object, packing)
    quality = found === null || quality === null ? null : Math.min(quality, found)
  }
  return { quality }
}

/** Pictures that are another's transparency. */
function findMasks({ objects, resolve }: Model): Set<Stream> {
  const masks = new Set<Stream>()
  for (const object of objects.values()) {
    if (!(object instanceof Stream)) continue
    for (const key of ['SMask', 'Mask']) {
      const mask = resolve(object.dict.get(key))
      if (mask instanceof Stream) masks.add(mask)
    }
  }
  return masks
}

/** The score of what was done. */
async function packStream(stream: Stream, packing: Packing): Promise<number | null> {
  const { model, budget } = packing
  const limit = Math.min(MAX_STREAM, budget.decoded)
  const decoded = decodeStream(stream, model.resolve, limit)
  // What fails has cost as well, at most as much as its bytes can become.
  budget.decoded -= decoded?.data.length ?? Math.min(limit, stream.raw.length * MOST_INFLATED)
  if (decoded === null) return 100
  const isFont = packing.fonts.has(stream) && decoded.rest.length === 0
  if (isFont && (await packFont(stream, decoded.data, packing.settings.effort))) return 100
  const picture = readPicture(stream, model.resolve)
  const pixels = picture === null ? 0 : picture.width * picture.height
  const fits = picture !== null && pixels <= MAX_PICTURE_PIXELS && pixels <= budget.packed
  if (!fits) return packPlain(stream, decoded, packing.settings.effort)
  budget.packed -= pixels
  if (decoded.rest.length === 0) return packPicture(picture, decoded.data, packing)
  const [codec] = decoded.rest
  const isJpeg = decoded.rest.length === 1 && codec?.name === 'DCTDecode' && codec.parms === null
  return isJpeg ? packDct(picture, decoded, packing) : packPlain(stream, decoded, packing.settings.effort)
}

/** Anything but pictures: all filters undone, one deflate put in their place. */
async function packPlain(stream: Stream, { data, rest }: Decoded, effort: Effort): Promise<number> {
  const [codec] = rest
  if (codec === undefined) {
    const raw = await deflateBest(data, effort)
    if (raw.length < Math.min(stream.raw.length, data.length)) rewrite(stream, raw, 'FlateDecode', null)
    else if (data.length < stream.raw.length) rewrite(stream, data, null, null)
  } else if (rest.length === 1 && codec.name !== 'Crypt' && data.length < stream.raw.length) {
    rewrite(stream, data, codec.name, codec.parms)
  }
  return 100
}

async function packDct(picture: Picture, decoded: Decoded, packing: Packing): Promise<number | null> {
  const { stream } = picture
  const lossy = maySearch(picture, packing)
  const found = await packJpeg(picture, decoded.data, lossy, packing.settings, packing.compress)
  if (found === null) return packPlain(stream, decoded, packing.settings.effort)
  if (found.bytes.length >= stream.raw.length) return 100
  rewrite(stream, found.bytes, 'DCTDecode', null)
  return found.quality
}

async function packPicture(picture: Picture, data: Uint8Array, packing: Packing): Promise<number | null> {
  const { stream, width, height, bits, components } = picture
  const size = rowBytes(picture) * height
  // Rows that are missing are up to the reader.
  if (data.length < size || size > MAX_SAMPLES) return packPlain(stream, { data, rest: [] }, packing.settings.effort)
  const samples: Samples = { data: data.subarray(0, size), width, height, bits, components }
  const exact = await packSamples(picture, samples, packing.masks.has(stream), packing.settings.effort)
  const lossy: Lossy | null = maySearch(picture, packing) ? await packLossy(picture, samples, exact, packing) : null
  const encoding = lossy?.encoding ?? exact.encoding
  if (costOf(encoding) >= stream.raw.length) return 100
  store(picture, encoding, packing.model)
  return lossy === null ? 100 : lossy.quality
}

/** Whether loss may be tried; if so it is counted. */
function maySearch(picture: Picture, { settings, masks, budget }: Packing): boolean {
  const pixels = picture.width * picture.height
  const may =
    settings.target !== 'lossless' && mayLose(picture) && !masks.has(picture.stream) && pixels <= budget.searched
  if (may) budget.searched -= pixels
  return may
}

function store({ stream, bits }: Picture, { raw, filter, parms, bits: newBits, space }: Encoding, model: Model): void {
  rewrite(stream, raw, filter, parms)
  if (newBits !== bits) stream.dict.set('BitsPerComponent', newBits)
  if (space !== null) stream.dict.set('ColorSpace', withIndirect(space, model))
}

/** A palette's stream becomes an object of its own, as streams must. */
function withIndirect(space: Value, model: Model): Value {
  if (!Array.isArray(space)) return space
  return space.map((part) => (part instanceof Stream ? addObject(model, part) : part))
}
