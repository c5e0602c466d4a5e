import type { Pixels } from '../codecs/pixels.js'
import type { Settings } from '../codecs/settings.js'
import { readAlpha } from './alpha.js'
import type { CompressImage } from './compress-image.js'
import { indexedSpace, rowsDict } from './pack-samples.js'
import { encodePhoto } from './photo.js'
import { costOf, type Encoding, type Picture } from './picture.js'
import { type Samples, type StoredPng, unwrapPng } from './png-container.js'
import type { Resolve } from './values.js'

/** A picture near enough to its source. */
export interface Lossy {
  readonly encoding: Encoding
  readonly quality: number | null
}

/** Loss must save this much over what is possible without. */
const LOSSY_SHARE = 0.87

/** Of a picture of so many pixels a JPEG below this share of what is possible without loss ends the search. */
const LARGE = 1e6
const CLEARLY_SMALLER = 0.6

/** Smaller pictures are icons, whose every pixel counts and hardly any byte. */
const LEAST_PIXELS = 1024

/** A picture that takes less than this of its samples' bytes without loss is a drawing that JPEG makes no smaller. */
const PHOTO_SHARE = 0.01

/** Whether a picture may be shown by other samples at all. */
export function mayLose(picture: Picture): boolean {
  const { bits, space, plain, colourKey, matte, width, height } = picture
  return bits === 8 && space !== 'other' && plain && !colourKey && !matte && width * height >= LEAST_PIXELS
}

/** What a re-encoding needs besides the picture. */
export interface LossyOptions {
  readonly settings: Settings
  readonly compress: CompressImage
  readonly model: { readonly resolve: Resolve }
}

/** The smallest re-encoding that reaches the score and is worth it, or `null`. */
export async function packLossy(
  picture: Picture,
  samples: Samples,
  exact: { readonly encoding: Encoding; readonly png: Uint8Array | null },
  options: LossyOptions,
): Promise<Lossy | null> {
  const bound = costOf(exact.encoding)
  const photo = await asPhoto(picture, samples, bound, options)
  const isLarge = samples.width * samples.height >= LARGE
  if (photo !== null && isLarge && costOf(photo.encoding) <= bound * CLEARLY_SMALLER) return photo
  const found = [photo, await asPng(picture, exact.png, options)]
  return found.reduce((best, next) => {
    if (next === null || costOf(next.encoding) > bound * LOSSY_SHARE) return best
    return best === null || costOf(next.encoding) < costOf(best.encoding) ? next : best
  }, null)
}

async function asPhoto(
  picture: Picture,
  samples: Samples,
  bound: number,
  { settings, model }: LossyOptions,
): Promise<Lossy | null> {
  const alpha = readAlpha(picture, model.resolve)
  if (settings.target === 'lossless' || alpha === 'unknown' || bound < samples.data.length * PHOTO_SHARE) return null
  const photo = await encodePhoto(toPixels(samples, alpha), picture.space === 'grey', settings.target)
  if (photo === null) return null
  const encoding = { raw: photo.bytes, filter: 'DCTDecode', parms: null, bits: 8, space: null }
  return { encoding, quality: photo.score }
}

/** A palette or rounded noise. */
async function asPng(
  picture: Picture,
  png: Uint8Array | null,
  { settings, compress }: LossyOptions,
): Promise<Lossy | null> {
  const found = png === null ? null : await compress(png, 'png', { ...settings, metadata: 'none' })
  const stored = found === null ? null : unwrapPng(found.bytes)
  const encoding = stored === null ? null : encodingOf(picture, stored)
  return found === null || encoding === null ? null : { encoding, quality: found.quality }
}

/** A PNG's rows as samples of the picture's own colour space, or `null` when they are no such. */
function encodingOf(picture: Picture, stored: StoredPng): Encoding | null {
  const { colourType, bits, palette, data, width } = stored
  const encoding = { raw: data, filter: 'FlateDecode', bits }
  const single = rowsDict({ width, bits, components: 1 })
  if (colourType === 2 && picture.space === 'rgb' && bits === 8) {
    return { ...encoding, parms: rowsDict({ width, bits, components: 3 }), space: null }
  }
  if (colourType === 0 && picture.space === 'grey') return { ...encoding, parms: single, space: null }
  const colours = colourType === 3 ? palette : colourType === 0 ? greys(bits) : null
  if (colours === null || bits > 8) return null
  if (picture.space === 'rgb') return { ...encoding, parms: single, space: indexedSpace(picture, colours) }
  const reds = colours.filter((_, i) => i % 3 === 0)
  const isGrey = reds.every((red, i) => red === colours[3 * i + 1] && red === colours[3 * i + 2])
  return isGrey ? { ...encoding, parms: single, space: indexedSpace(picture, reds) } : null
}

/** The colours that grey numbers of so many bits stand for. */
function greys(bits: number): Uint8Array {
  const most = 2 ** Math.min(8, bits) - 1
  return Uint8Array.from({ length: 3 * (most + 1) }, (_, i) => Math.round((Math.floor(i / 3) * 255) / most))
}

/** Samples as colours, with a mask's values as their alpha. */
export function toPixels({ data, width, height, components }: Samples, alpha: Uint8Array | null): Pixels {
  if (components === 3 && alpha === null) return { data, width, height, channels: 3 }
  const channels = alpha === null ? 3 : 4
  const pixels = new Uint8Array(width * height * channels)
  for (let i = 0, to = 0; i < width * height; i++, to += channels) {
    for (let c = 0; c < 3; c++) pixels[to + c] = data[i * components + (components === 1 ? 0 : c)] ?? 0
    if (alpha !== null) pixels[to + 3] = alpha[i] ?? 0
  }
  return { data: pixels, width, height, channels }
}
