import type { Format } from '../types.js'
import { inspectAvif } from './avif.js'
import { inspectBmp } from './bmp.js'
import type { Facts } from './facts.js'
import { inspectGif } from './gif.js'
import { inspectIco } from './ico.js'
import { inspectJpeg } from './jpeg.js'
import { inspectPng } from './png.js'
import { sniff } from './sniff.js'
import { inspectSvg } from './svg.js'
import { inspectTiff } from './tiff.js'
import { inspectWebp } from './webp.js'

const inspectors: Readonly<Record<Format, ((bytes: Uint8Array) => Facts) | null>> = {
  jpeg: inspectJpeg,
  png: inspectPng,
  gif: inspectGif,
  webp: inspectWebp,
  avif: inspectAvif,
  svg: inspectSvg,
  heic: null,
  tiff: inspectTiff,
  bmp: inspectBmp,
  ico: inspectIco,
  pdf: null,
  docx: null,
  pptx: null,
  xlsx: null,
}

/**
 * What a file says about itself, after walking its whole structure; no pixel is decoded. `format` defaults to what
 * `sniff` tells. `null` when the format is unknown or has no reader here.
 * @throws BrokenImageError when the bytes are not a complete file of the format
 */
export function inspect(bytes: Uint8Array, format: Format | null = sniff(bytes)): Facts | null {
  return (format && inspectors[format]?.(bytes)) ?? null
}
