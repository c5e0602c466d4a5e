import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { openBitmap } from './bitmap.mjs'

/** @typedef {{ width: number, height: number, pages: number, orientation: number, loop: number | null, delay: string, opaque: boolean, inks: boolean, profile: string, thumbnail: Buffer }} View */

/** Mean difference per channel of 255 over thumbnails from which on colours have changed; lossy noise averages out below it. */
const colourTolerance = 3

/**
 * Compares a shipped image with its source: bytes, kind, what it decodes to. Problems must not be, notes may.
 *
 * @param {Buffer} source
 * @param {Buffer} result
 */
export async function compareImages(source, result) {
  const kind = kindOf(source)
  if (source.equals(result) || (kind === 'svg' && plainSvg(source) === plainSvg(result)))
    return { kind, problems: [], notes: [] }
  /** @type {string[]} */
  const problems = []
  /** @type {string[]} */
  const notes = []
  if (result.length >= source.length) problems.push(`${source.length} bytes became ${result.length}`)
  if (kindOf(result) !== kind) problems.push(`${kind} became ${kindOf(result)}`)
  if (animationFrames(source) !== animationFrames(result)) problems.push('APNG frames differ')
  // What decodes without a warning must still; what decodes with one is compared leniently on both sides.
  const [original, shipped] = [await readable(source), await readable(result)]
  const strict = await view(original, 'warning')
  const before = strict ?? (await view(original, 'none'))
  if (!before) return { kind, problems: [...problems, 'changed, though its source cannot be decoded here'], notes }
  if (!strict) notes.push('changed, though its source decodes only with warnings')
  const after = await view(shipped, strict ? 'warning' : 'none')
  if (!after) return { kind, problems: [...problems, 'does not decode any more'], notes }
  problems.push(...differences(before, after))
  return { kind, problems, notes }
}

/** The same picture in a kind that sharp reads. @param {Buffer} bytes */
async function readable(bytes) {
  return (await openBitmap(bytes)?.png().toBuffer()) ?? bytes
}

/** @param {View} before @param {View} after */
function differences(before, after) {
  const facts = /** @type {const} */ ([
    'width',
    'height',
    'pages',
    'orientation',
    'loop',
    'delay',
    'opaque',
    'inks',
    'profile',
  ])
  const changed = facts
    .filter((fact) => before[fact] !== after[fact])
    .map((fact) => `${fact} ${before[fact]} became ${after[fact]}`)
  if (changed.length > 0) return changed
  let sum = 0
  for (let index = 0; index < before.thumbnail.length; index++) {
    sum += Math.abs((before.thumbnail[index] ?? 0) - (after.thumbnail[index] ?? 0))
  }
  const mean = sum / before.thumbnail.length
  return mean > colourTolerance ? [`colours moved by ${mean.toFixed(1)} of 255 on average`] : []
}

/**
 * What a viewer would see, or `null` when it does not decode.
 *
 * @param {Buffer} bytes
 * @param {'warning' | 'none'} failOn
 * @returns {Promise<View | null>}
 */
async function view(bytes, failOn) {
  const options = { animated: true, failOn, limitInputPixels: false }
  try {
    const facts = await sharp(bytes, options).metadata()
    const { isOpaque } = await sharp(bytes, options).stats()
    const shown =
      facts.pages === undefined || facts.pages === 1
        ? sharp(bytes, { ...options, animated: false }).autoOrient()
        : sharp(bytes, options)
    const thumbnail = await shown.resize(32, 32, { fit: 'fill' }).toColourspace('srgb').ensureAlpha().raw().toBuffer()
    return {
      width: facts.width,
      height: facts.pageHeight ?? facts.height,
      pages: facts.pages ?? 1,
      orientation: facts.orientation ?? 1,
      loop: facts.loop ?? null,
      delay: String(facts.delay),
      opaque: isOpaque,
      inks: facts.space === 'cmyk',
      profile: profileOf(facts.icc),
      thumbnail: withoutHiddenColours(thumbnail),
    }
  } catch {
    return null
  }
}

/**
 * A short name for a colour profile. sRGB is what an image without one means, so the two are alike.
 *
 * @param {Buffer | undefined} icc
 */
function profileOf(icc) {
  if (!icc || /s\0?R\0?G\0?B/.test(icc.toString('latin1'))) return 'sRGB'
  return createHash('sha256').update(icc).digest('hex').slice(0, 8)
}

/** Vite itself changes quotes and blanks of an SVG that it inlines, which is no compression. @param {Buffer} bytes */
function plainSvg(bytes) {
  return bytes.toString().trim().replaceAll("'", '"').replace(/\s+/g, ' ').replaceAll('> <', '><')
}

/** Colours behind full transparency are free to change, so they count by how much of them shows. @param {Buffer} rgba */
function withoutHiddenColours(rgba) {
  for (let pixel = 0; pixel < rgba.length; pixel += 4) {
    const alpha = (rgba[pixel + 3] ?? 0) / 255
    for (let channel = pixel; channel < pixel + 3; channel++) rgba[channel] = Math.round((rgba[channel] ?? 0) * alpha)
  }
  return rgba
}

/** Frames of an APNG, which sharp shows as a still picture. @param {Buffer} bytes */
function animationFrames(bytes) {
  const control = kindOf(bytes) === 'png' ? bytes.indexOf('acTL') : -1
  return control < 0 ? 0 : bytes.readUInt32BE(control + 4)
}

/** Kind by the first bytes. @param {Buffer} bytes */
function kindOf(bytes) {
  const start = bytes.toString('latin1', 0, 16)
  if (start.startsWith('\xff\xd8\xff')) return 'jpeg'
  if (start.startsWith('\x89PNG')) return 'png'
  if (start.startsWith('GIF8')) return 'gif'
  if (start.startsWith('RIFF') && start.startsWith('WEBP', 8)) return 'webp'
  if (start.startsWith('ftyp', 4)) return start.slice(8, 12).startsWith('avi') ? 'avif' : 'heif'
  if (start.startsWith('BM')) return 'bmp'
  if (start.startsWith('II*\0') || start.startsWith('MM\0*')) return 'tiff'
  return bytes.toString('utf8', 0, 4096).includes('<svg') ? 'svg' : 'other'
}
