import { compression, type Dib, isPng, readDib, rowSize } from '../bmp/dib.js'
import { AmbiguousBitmapError } from '../bmp/index.js'
import { readPalette, readPixels } from '../bmp/pixels.js'
import { decode, withAlpha } from '../codecs/pixels.js'
import { Reader } from '../inspect/reader.js'

/** RGBA bytes, all 0 where nothing shows. */
export interface IconPixels {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
}

/**
 * What a browser shows of one picture.
 * @throws AmbiguousBitmapError when bits and mask contradict each other; UnreadableError, BrokenImageError
 */
export async function decodeEntry(data: Uint8Array): Promise<IconPixels> {
  if (!isPng(data)) return decodeBitmap(data)
  const { data: rgba, width, height } = withAlpha(await decode(data))
  return { data: hideTransparent(rgba), width, height }
}

function decodeBitmap(data: Uint8Array): IconPixels {
  const reader = new Reader(data, 'ico')
  const dib = readDib(reader)
  if (!dib.isKnown || dib.compression !== compression.none || dib.isTopDown || dib.height % 2 !== 0) {
    throw new AmbiguousBitmapError('an icon of a kind that few readers know')
  }
  const { width } = dib
  const height = dib.height / 2
  const palette = readPalette(reader.take(dib.paletteLength * dib.entrySize), dib, 'ico')
  const colours = reader.take(rowSize(width, dib.bits) * height)
  const { words } = readPixels(colours, dib, height, palette, 'ico')
  return { data: new Uint8Array(applyMask(words, dib, height, reader).buffer), width, height }
}

/** Alpha where there is any, else the mask. A pixel that the mask hides and that has a colour would invert the screen. */
function applyMask(words: Uint32Array, { width, bits }: Dib, height: number, reader: Reader): Uint32Array {
  const hasAlpha = bits === 32 && words.some((word) => word >>> 24 !== 0)
  const size = rowSize(width, 1)
  if (hasAlpha && reader.left < size * height) return words.map((word) => (word >>> 24 === 0 ? 0 : word))
  const mask = reader.take(size * height)
  return words.map((word, i) => {
    const x = i % width
    const y = height - 1 - (i - x) / width
    const isHidden = (((mask[y * size + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1) === 1
    const isShown = hasAlpha ? word >>> 24 !== 0 : !isHidden
    if (isHidden && (isShown || (!hasAlpha && (word & 0xffffff) !== 0))) {
      throw new AmbiguousBitmapError('a mask that contradicts the colours')
    }
    return isShown ? (hasAlpha ? word : (word | 0xff000000) >>> 0) : 0
  })
}

function hideTransparent(rgba: Uint8Array): Uint8Array {
  for (let i = 0; i < rgba.length; i += 4) if (rgba[i + 3] === 0) rgba.fill(0, i, i + 3)
  return rgba
}
