import sharp from 'sharp'
import { withText } from './png.mjs'

/**
 * Draws an SVG at `scale` pixels per user unit (sharp counts 72 dots per inch as one).
 *
 * @param {string} drawing
 * @param {number} [scale]
 */
export function raster(drawing, scale = 1) {
  return sharp(Buffer.from(drawing), { density: 72 * scale })
}

/**
 * A PNG as screenshot tools and editors save it: all colours, ordinary deflate, software and time noted.
 *
 * @param {import('sharp').Sharp} image
 * @returns {Promise<Buffer>}
 */
export async function savedPng(image) {
  const png = await image.png({ compressionLevel: 6, adaptiveFiltering: true }).toBuffer()
  return withText(png, { Software: 'Fern Capture 2.1', 'Creation Time': '2026-05-17T06:42:10' })
}

/**
 * An animated WebP from PNG frames.
 *
 * @param {Buffer[]} frames
 * @param {import('sharp').WebpOptions} options
 * @returns {Promise<Buffer>}
 */
export function animatedWebp(frames, options) {
  return sharp(frames, { join: { animated: true } })
    .webp(options)
    .toBuffer()
}
