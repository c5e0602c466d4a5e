import { losslessCompressPng } from '@napi-rs/image'
import { isPng } from '../bmp/dib.js'
import { AmbiguousBitmapError } from '../bmp/index.js'
import { attempt, UnreadableError } from '../codecs/codec.js'
import { decode } from '../codecs/pixels.js'
import { BrokenImageError, inspect } from '../inspect/index.js'
import { writePngChunks } from '../metadata/png.js'
import { filterPng, SAME_LAYOUT, unwrapPng } from '../pdf/png-container.js'
import type { Metadata } from '../types.js'
import { decodeEntry } from './decode.js'

// Firefox takes a PNG in an icon only with 8-bit RGB or RGBA, Windows only RGBA. So a bitmap becomes RGBA however few
// colours it has, and a PNG keeps its colour type.

/** The smaller of a picture as it is and as a PNG, which bitmaps may have to stay. What is not understood stays. */
export async function encodePicture(data: Uint8Array, mayConvert: boolean, metadata: Metadata): Promise<Uint8Array> {
  try {
    const png = isPng(data) ? await repack(data, metadata) : mayConvert ? await convert(data) : null
    return png !== null && png.length < data.length ? png : data
  } catch (error) {
    const isLeft = error instanceof AmbiguousBitmapError || error instanceof UnreadableError
    if (isLeft || error instanceof BrokenImageError) return data
    throw error
  }
}

/** Icons are small: every row filter is tried, whatever the effort. */
async function convert(data: Uint8Array): Promise<Uint8Array | null> {
  return filterPng({ ...(await decodeEntry(data)), bits: 8, components: 4 }, 'max')
}

async function repack(png: Uint8Array, metadata: Metadata): Promise<Uint8Array | null> {
  if (inspect(png, 'png')?.traits.has('apng') !== false) return null
  const packed = await packPng(png)
  return packed && writePngChunks(packed, png, metadata)
}

/** RGBA goes the way that bitmaps go, so that a second pass over what they became finds nothing. */
async function packPng(png: Uint8Array): Promise<Uint8Array | null> {
  const stored = unwrapPng(png)
  if (stored?.bits === 8 && stored.colourType === 6) return convert(png)
  // What is not only packed again but also damaged does not come through the decoder.
  await decode(png)
  const packed = await attempt(() => losslessCompressPng(png, SAME_LAYOUT))
  return packed !== null && Buffer.compare(png.subarray(24, 26), packed.subarray(24, 26)) === 0 ? packed : null
}
