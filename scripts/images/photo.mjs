import sharp from 'sharp'
import { mix } from './noise.mjs'
import { gridRandom } from './random.mjs'

/**
 * @typedef {import('./scenes.mjs').Scene} Scene
 * @typedef {{ data: Float32Array, width: number, height: number }} Exposure red, green and blue from 0 to 1 per pixel
 */

/**
 * Takes a picture of a scene: vignette and sensor grain included, for a photo without grain compresses unlike any real one.
 *
 * @param {Scene} scene
 * @param {number} width
 * @param {number} height
 * @param {number} [grain] strength, in levels of 255
 * @returns {Exposure}
 */
export function expose(scene, width, height, grain = 3) {
  const data = new Float32Array(width * height * 3)
  /** @type {[number, number, number]} */
  const out = [0, 0, 0]
  for (let x = 0; x < width; x++) {
    const column = scene((x + 0.5) / height)
    for (let y = 0; y < height; y++) {
      column((y + 0.5) / height, out)
      const corner = 1 - 0.22 * ((x / width - 0.5) ** 2 + (y / height - 0.5) ** 2) * 2
      const speck = grainAt(x, y)
      for (let channel = 0; channel < 3; channel++) {
        const tint = gridRandom(x, y, 90 + channel) - 0.5
        const value = out[channel] * corner + ((speck + tint * 0.5) * grain) / 255
        data[(y * width + x) * 3 + channel] = Math.min(1, Math.max(0, value))
      }
    }
  }
  return { data, width, height }
}

/** Roughly a bell curve around 0, a little soft as after demosaicing. @param {number} x @param {number} y */
function grainAt(x, y) {
  const here = gridRandom(x, y, 1) + gridRandom(x, y, 2) + gridRandom(x, y, 3) - 1.5
  const left = gridRandom(x - 1, y, 1) + gridRandom(x - 1, y, 2) + gridRandom(x - 1, y, 3) - 1.5
  return mix(here, left, 0.35)
}

/**
 * The picture as 8-bit sRGB pixels, ready for an encoder.
 *
 * @param {Exposure} exposure
 */
export function develop({ data, width, height }) {
  const pixels = Uint8Array.from(data, (value) => Math.round(value * 255))
  return sharp(pixels, { raw: { width, height, channels: 3 } })
}

/**
 * The picture as 16-bit RGB pixels.
 *
 * @param {Exposure} exposure
 */
export function developDeep({ data, width, height }) {
  const pixels = Uint16Array.from(data, (value) => Math.round(value * 65535))
  return sharp(pixels, { raw: { width, height, channels: 3 } }).toColourspace('rgb16')
}

/**
 * A JPEG as a camera or an editor writes it: quality 93, 4:2:0, baseline Huffman tables, EXIF with maker and copyright.
 *
 * @param {import('sharp').Sharp} image
 * @param {{ quality?: number, orientation?: number, profile?: 'p3' }} [options]
 * @returns {Promise<Buffer>}
 */
export function cameraJpeg(image, { quality = 93, orientation, profile } = {}) {
  let output = image.withExif({
    IFD0: {
      Make: 'Fern',
      Model: 'Fern F2',
      Software: 'Fern F2 1.4.0',
      Artist: 'Compress.FAST examples',
      Copyright: 'CC0',
      DateTime: '2026:05:17 06:42:10',
    },
    IFD2: { ExposureTime: '1/250', FNumber: '8/1', ISOSpeedRatings: '200', FocalLength: '35/1' },
  })
  if (orientation) output = output.withMetadata({ orientation })
  if (profile) output = output.withIccProfile(profile)
  return output.jpeg({ quality, optimiseCoding: false }).toBuffer()
}
