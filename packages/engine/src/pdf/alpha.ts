import { decodeFully } from './filters.js'
import { MAX_STREAM } from './limits.js'
import { type Picture, readPicture, rowBytes } from './picture.js'
import { expandSamples } from './samples.js'
import { type Resolve, Stream } from './values.js'

/** How opaque each pixel of a picture is; `null` for one without a mask, `'unknown'` where that is not a byte a pixel. */
export function readAlpha(picture: Picture, resolve: Resolve): Uint8Array | null | 'unknown' {
  const { dict } = picture.stream
  if (dict.has('Mask')) return 'unknown'
  const stream = resolve(dict.get('SMask'))
  if (stream === null) return null
  const mask = stream instanceof Stream ? readPicture(stream, resolve) : null
  if (mask === null || mask.width !== picture.width || mask.height !== picture.height) return 'unknown'
  if (mask.bits > 8 || mask.space !== 'grey' || !mask.plain) return 'unknown'
  const data = decodeFully(mask.stream, resolve, MAX_STREAM)
  if (data === null || data.length < rowBytes(mask) * mask.height) return 'unknown'
  return expandSamples(mask, data, null) ?? 'unknown'
}
