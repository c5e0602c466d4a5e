import { type BmpFile, readBmp } from './file.js'
import { type Bitmap, readPalette, readPixels } from './pixels.js'

export { AmbiguousBitmapError } from './ambiguous.js'
export { type BmpFile, readBmp } from './file.js'
export type { Bitmap } from './pixels.js'
export { encodings } from './write.js'

/** Decodes a BMP's pixels. @throws BrokenImageError when data is missing; AmbiguousBitmapError where readers disagree */
export function decodeBmp({ dib, palette, pixels }: BmpFile): Bitmap {
  const held = { ...dib, paletteLength: Math.min(dib.paletteLength, Math.floor(palette.length / dib.entrySize)) }
  return readPixels(pixels, dib, dib.height, readPalette(palette, held, 'bmp'), 'bmp')
}

/** What two BMPs' pixels tell apart, or `null`. @throws as {@link decodeBmp} */
export function compareBmps(source: Uint8Array, result: Uint8Array): string | null {
  const a = decodeBmp(readBmp(source))
  const b = decodeBmp(readBmp(result))
  if (a.alpha === 'used' || b.alpha === 'used') return a.alpha === b.alpha && equalWords(a, b) ? null : 'pixels changed'
  return equalWords(a, b, 0xffffff) ? null : 'pixels changed'
}

function equalWords(a: Bitmap, b: Bitmap, mask = 0xffffffff): boolean {
  return a.words.length === b.words.length && a.words.every((word, i) => ((word ^ (b.words[i] ?? 0)) & mask) === 0)
}
