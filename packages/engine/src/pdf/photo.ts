import { attempt } from '../codecs/codec.js'
import { openGate } from '../codecs/gate.js'
import { decode, type Pixels } from '../codecs/pixels.js'
import { searchQuality } from '../codecs/search.js'
import { openRaw } from '../codecs/sharp.js'

/** A JPEG and the score it was measured at. */
export interface Photo {
  readonly bytes: Uint8Array
  readonly score: number
}

/** A result is scored over as much. A smaller sample of a drawing would show its busiest parts only. */
const GATE_PIXELS = 4e6

/** What takes finer steps than this is better stored without loss. */
const FINEST = 94

/**
 * Makes the smallest JPEG found that reaches a score, or `null`. Of a picture with alpha the JPEG holds the colours
 * alone, and the score is that of what shows.
 */
export async function encodePhoto(picture: Pixels, grey: boolean, target: number): Promise<Photo | null> {
  const gate = openGate(picture, GATE_PIXELS)
  const measure = async (quality: number): Promise<number> => {
    const encoded = await encode(picture, grey, quality, false)
    return encoded === null ? Number.NEGATIVE_INFINITY : gate.scoreWhole(await shown(encoded, picture))
  }
  const start = Math.round(target >= 90 ? FINEST : 82 + (target - 80) * 0.9)
  const found = await searchQuality({ target, min: 40, max: FINEST, start, steps: 4, measure })
  // Other scans, the same pixels.
  const bytes = found === null ? null : await encode(picture, grey, found.quality, true)
  return found === null || bytes === null ? null : { bytes, score: found.score }
}

function encode(picture: Pixels, grey: boolean, quality: number, final: boolean): Promise<Uint8Array | null> {
  return attempt(async () => {
    const image = openRaw(withoutAlpha(picture))
    const options = { quality, mozjpeg: true, progressive: final, optimiseScans: final, chromaSubsampling: '4:2:0' }
    return new Uint8Array(await (grey ? image.toColourspace('b-w') : image).jpeg(options).toBuffer())
  })
}

/** A JPEG's colours with the alpha of what it was made of. */
async function shown(jpeg: Uint8Array, like: Pixels): Promise<Pixels> {
  const colours = await decode(jpeg)
  if (like.channels === 3) return colours
  const data = new Uint8Array(like.data)
  for (let from = 0, to = 0; to < data.length; from += 3, to += 4) {
    for (let c = 0; c < 3; c++) data[to + c] = colours.data[from + c] ?? 0
  }
  return { ...like, data }
}

function withoutAlpha(picture: Pixels): Pixels {
  if (picture.channels === 3) return picture
  const { width, height } = picture
  const data = new Uint8Array(width * height * 3)
  for (let from = 0, to = 0; to < data.length; from += 4, to += 3) {
    for (let c = 0; c < 3; c++) data[to + c] = picture.data[from + c] ?? 0
  }
  return { data, width, height, channels: 3 }
}
