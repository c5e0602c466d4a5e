import sharp from 'sharp'

/** Animations are compared at so many moments. */
const MOMENTS = 5

/** Pixels of one picture that are compared unless told; larger ones by their middle. */
const MOST_PIXELS = 1_800_000

/** Dots per inch at which an SVG of 96 has twice its size. */
const SVG_DENSITY = 144

sharp.concurrency(1)
sharp.cache(false)

/** @typedef {{ data: Uint8Array, width: number, height: number, channels: 4 }} Picture 8-bit sRGB with alpha. */

/**
 * @typedef {object} Look
 * @property {number} width As shown, orientation applied.
 * @property {number} height
 * @property {number} frames
 * @property {number} durationMs 0 for stills.
 * @property {Picture[]} pictures One for a still, else one for each sampled moment.
 */

/**
 * What a viewer would see: upright, in sRGB, and as much of a damaged file as can be read.
 * @param {Uint8Array} bytes
 * @param {number} [mostPixels] Of a picture.
 * @returns {Promise<Look>}
 * @throws when nothing can be read.
 */
export async function look(bytes, mostPixels = MOST_PIXELS) {
  const { pages = 1, delay = [], pageHeight, autoOrient, ...facts } = await open(bytes).metadata()
  const { width, height } = { width: autoOrient.width, height: pageHeight ?? autoOrient.height }
  const frames = facts.format === 'png' ? apngFrames(bytes) : pages
  const at = pages > 1 ? momentFrames(delay, pages) : [0]
  const pictures = await Promise.all(at.map((page) => picture(bytes, page, mostPixels)))
  return { width, height, frames, durationMs: delay.reduce((sum, ms) => sum + ms, 0), pictures }
}

/** @param {Uint8Array} bytes @param {number} [page] */
function open(bytes, page) {
  const isText = /^\s*</.test(Buffer.from(bytes.subarray(0, 64)).toString().replace('\ufeff', ''))
  const options = { failOn: /** @type {const} */ ('none'), unlimited: true, limitInputPixels: false }
  return sharp(bytes, { ...options, ...(page && { page }), ...(isText && { density: SVG_DENSITY }) })
}

/** Frames on screen in the middle of equal parts of the duration. @param {number[]} delays @param {number} pages */
function momentFrames(delays, pages) {
  const ends = Array.from({ length: pages }, (_, page) =>
    delays.slice(0, page + 1).reduce((sum, ms) => sum + (ms || 100), 0),
  )
  const duration = ends[pages - 1]
  const frames = Array.from({ length: MOMENTS }, (_, moment) => {
    const time = ((moment + 0.5) / MOMENTS) * duration
    return ends.findIndex((end) => end > time)
  })
  return frames
}

/** @param {Uint8Array} bytes @param {number} page @param {number} mostPixels @returns {Promise<Picture>} */
async function picture(bytes, page, mostPixels) {
  const { data, info } = await open(bytes, page)
    .autoOrient()
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  return middle({ data, width: info.width, height: info.height, channels: 4 }, mostPixels)
}

/** @param {Picture} whole @param {number} mostPixels @returns {Picture} */
function middle(whole, mostPixels) {
  const share = Math.sqrt(mostPixels / (whole.width * whole.height))
  if (share >= 1) return whole
  return crop(whole, Math.floor(whole.width * share), Math.floor(whole.height * share))
}

/**
 * The middle part of a picture, or all of it where it is smaller.
 * @param {Picture} whole
 * @param {number} mostWidth
 * @param {number} mostHeight
 * @returns {Picture}
 */
export function crop(whole, mostWidth, mostHeight) {
  const [width, height] = [Math.min(mostWidth, whole.width), Math.min(mostHeight, whole.height)]
  const [left, top] = [(whole.width - width) >> 1, (whole.height - height) >> 1]
  const data = new Uint8Array(width * height * 4)
  for (let row = 0; row < height; row++) {
    const from = ((top + row) * whole.width + left) * 4
    data.set(whole.data.subarray(from, from + width * 4), row * width * 4)
  }
  return { data, width, height, channels: 4 }
}

/** Frames by the animation control chunk, which stands before the picture; the decoder shows only the first. @param {Uint8Array} bytes */
function apngFrames(bytes) {
  const png = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let at = 8; at + 12 <= png.length; at += 12 + png.readUInt32BE(at)) {
    const type = png.toString('latin1', at + 4, at + 8)
    if (type === 'acTL') return png.readUInt32BE(at + 8)
    if (type === 'IDAT') return 1
  }
  return 1
}
