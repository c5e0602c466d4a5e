import type { Codec, CompressibleFormat } from './codec.js'

/** One codec per format, each loaded with the first file of its kind. */
export const codecs: Record<CompressibleFormat, () => Promise<Codec>> = {
  jpeg: async () => (await import('./jpeg.js')).jpeg,
  png: async () => (await import('./png.js')).png,
  gif: async () => (await import('./gif.js')).gif,
  webp: async () => (await import('./webp.js')).webp,
  avif: async () => (await import('./avif.js')).avif,
  svg: async () => (await import('./svg.js')).svg,
  tiff: async () => (await import('./tiff.js')).tiff,
  bmp: async () => (await import('./bmp.js')).bmp,
  ico: async () => (await import('./ico.js')).ico,
}
