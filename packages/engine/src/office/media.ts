import type { Settings } from '../codecs/settings.js'
import type { Facts } from '../inspect/facts.js'
import { BrokenImageError, inspect, sniff } from '../inspect/index.js'
import { MAX_PIXELS, withinPixels } from '../pool/limits.js'
import type { Scale } from '../resize/size.js'
import { targetSize } from '../resize/target.js'
import { withDensity } from './density.js'
import type { PictureFormat } from './part-names.js'

/** Makes one picture smaller: `null` when nothing smaller reaches the quality. What it gives decodes. */
export type CompressImage = (
  bytes: Uint8Array,
  format: PictureFormat,
  settings: Settings,
) => Promise<{ readonly bytes: Uint8Array; readonly quality: number | null } | null>

/** A picture's new bytes and its score. */
export interface SmallerPicture {
  readonly bytes: Uint8Array
  readonly quality: number | null
}

/**
 * A smaller picture of the same kind, size (unless it is to be resized) and density, or `null`. A picture that is not what its name says is left to
 * readers' own guesses, and so is one that is damaged.
 */
export async function compressPicture(
  bytes: Uint8Array,
  format: PictureFormat,
  settings: Settings,
  compressImage: CompressImage,
): Promise<SmallerPicture | null> {
  if (!isWorkable(bytes, format)) return null
  const found = await encode(bytes, format, settings, compressImage)
  if (found === null || found.bytes.length >= bytes.length) return null
  return comparePictures(bytes, found.bytes, format, settings.resize) === null ? found : null
}

/** What the encoder makes, with the source's density. */
async function encode(
  bytes: Uint8Array,
  format: PictureFormat,
  settings: Settings,
  compressImage: CompressImage,
): Promise<SmallerPicture | null> {
  const found = await compressImage(bytes, format, settings)
  if (found === null || sniff(found.bytes) !== format) return null
  const shrunk = shrinkage(bytes, found.bytes, format)
  if (settings.target === 'lossless' && found.quality !== 100 && shrunk === 1) return null
  const result = withDensity(found.bytes, bytes, format, shrunk)
  const grown = format === 'jpeg' && result.length > found.bytes.length
  return { bytes: grown ? await recode(result, settings, compressImage) : result, quality: found.quality }
}

/** The share of its width that a picture still has. Its height has the same, to within a pixel. */
function shrinkage(source: Uint8Array, result: Uint8Array, format: PictureFormat): number {
  return (factsOf(result, format)?.width ?? 0) / (factsOf(source, format)?.width ?? 0)
}

/** A JPEG that got a header can be recoded a few bytes smaller; done now, a second pass finds nothing. */
async function recode(bytes: Uint8Array, settings: Settings, compressImage: CompressImage): Promise<Uint8Array> {
  const found = await compressImage(bytes, 'jpeg', settings)
  if (found === null || found.quality !== 100) return bytes
  const result = withDensity(found.bytes, bytes, 'jpeg')
  return result.length < bytes.length ? result : bytes
}

function isWorkable(bytes: Uint8Array, format: PictureFormat): boolean {
  const facts = sniff(bytes) === format ? factsOf(bytes, format) : null
  return facts !== null && withinPixels(facts, MAX_PIXELS)
}

/** `null` when the picture is damaged. */
function factsOf(bytes: Uint8Array, format: PictureFormat): Facts | null {
  try {
    return inspect(bytes, format)
  } catch (error) {
    if (error instanceof BrokenImageError) return null
    throw error
  }
}

const compared: readonly (keyof Facts)[] = ['width', 'height', 'frames', 'loop', 'orientation', 'colour']

/** What two pictures' headers tell apart, or `null`; the size is the one that `resize` asks for. */
export function comparePictures(
  source: Uint8Array,
  result: Uint8Array,
  format: PictureFormat,
  resize?: Scale,
): string | null {
  if (sniff(source) !== format || sniff(result) !== format) return `a picture that is no ${format} changed`
  const before = factsOf(source, format)
  const after = factsOf(result, format)
  if (before === null || after === null) return 'a damaged picture changed'
  const expected = { ...before, ...targetSize(source, before, resize) }
  const differing = compared.find((key) => expected[key] !== after[key])
  if (differing !== undefined) return `${differing} of a picture changed`
  return before.delays.join() === after.delays.join() ? null : 'times of an animation changed'
}
