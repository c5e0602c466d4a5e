import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { cloud } from '../../scripts/images/noise.mjs'
import { seededRandom } from '../../scripts/images/random.mjs'
import { linkPackages, workFolder } from './paths.mjs'
import { variants } from './warm-build.mjs'

/** Names the folder: other images need another number. */
const IMAGES_VERSION = 1

/** Scenes that images are grain over. */
const SCENES = 20

/** @typedef {{ width: number, height: number, data: Uint8Array }} Pixels Red, green, blue. */

/**
 * A project that imports `images` distinct images of about 50 KB, half of them JPEG and half PNG. It is kept in the
 * temporary folder of the system, with its compression cache, for the next run, and built by all bundlers.
 * @param {number} images
 * @returns {Promise<string>} The project's folder.
 */
export async function warmProject(images) {
  const project = join(workFolder, `warm-${images}-v${IMAGES_VERSION}`)
  const complete = join(project, 'images-complete')
  if (!existsSync(complete)) {
    await rm(project, { recursive: true, force: true })
    await makeImages(join(project, 'src/img'), images)
    await writeFile(complete, '')
  }
  await linkPackages(project, ['vite', 'unplugin-compress-fast'])
  await writeSources(project, images)
  return project
}

/** @param {string} project @param {number} images */
async function writeSources(project, images) {
  const imports = Array.from({ length: images }, (_, index) => `import i${index} from './img/${imageName(index)}'\n`)
  const list = Array.from({ length: images }, (_, index) => `i${index}`).join(', ')
  const files = {
    'package.json': '{ "name": "warm", "private": true, "type": "module" }\n',
    'index.html': '<!doctype html><title>warm</title><script type="module" src="/src/main.js"></script>\n',
    'src/main.js': `${imports.join('')}globalThis.images = [${list}]\n`,
    'plain.config.js': viteConfig('plain'),
    'plugin.config.js': viteConfig('plugin'),
    'report.config.js': viteConfig('report'),
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(project, name), text)
}

/** @param {import('./warm-build.mjs').Variant} variant */
function viteConfig(variant) {
  const build = `build: { outDir: 'dist-${variant}' }`
  const options = variants[variant]
  if (!options) return `export default { ${build} }\n`
  const plugins = `plugins: [compress(${JSON.stringify(options)})]`
  return `import compress from 'unplugin-compress-fast/vite'\n\nexport default { ${build}, ${plugins} }\n`
}

/** @param {string} folder @param {number} images */
async function makeImages(folder, images) {
  await mkdir(folder, { recursive: true })
  const scenes = Array.from({ length: SCENES }, (_, scene) => (scene % 2 === 0 ? photo(scene) : screen(scene)))
  for (let index = 0; index < images; index++) {
    const isPhoto = index % 2 === 0
    const pixels = grained(scenes[index % SCENES], index, isPhoto ? 24 : 1)
    const image = sharp(pixels.data, { raw: { width: pixels.width, height: pixels.height, channels: 3 } })
    const encoded = isPhoto ? image.jpeg({ quality: 92 }) : image.png({ compressionLevel: 4 })
    await writeFile(join(folder, imageName(index)), await encoded.toBuffer())
  }
}

/** @param {number} index */
function imageName(index) {
  return `${String(index).padStart(4, '0')}.${index % 2 === 0 ? 'jpg' : 'png'}`
}

/** Hills and clouds of noise. @param {number} seed @returns {Pixels} */
function photo(seed) {
  return paint(400, 266, (x, y) => {
    const height = cloud(x / 90, y / 60, seed, 6)
    const haze = cloud(x / 200, y / 150, seed + 100, 4)
    return [60 + 150 * height, 50 + 120 * haze + 60 * height, 90 + 130 * haze]
  })
}

/** Panels, rows of words and a shaded bar. @param {number} seed @returns {Pixels} */
function screen(seed) {
  const random = seededRandom(seed)
  const tint = [random(), random(), random()]
  const words = Array.from({ length: 4000 }, random)
  return paint(384, 300, (x, y) => {
    if (y < 30) return tint.map((share) => 90 + 100 * share + (x / 384) * 50)
    const isWord = y % 12 > 4 && words[Math.floor(y / 12) * 80 + (x >> 2)] < 0.6 && (x * 7 + y * 13) % 5 < 2
    if (isWord) return [40, 44, 52]
    return x < 80 ? tint.map((share) => 215 + 25 * share) : [250, 250, 252]
  })
}

/** @param {number} width @param {number} height @param {(x: number, y: number) => number[]} colour */
function paint(width, height, colour) {
  const data = new Uint8Array(width * height * 3)
  for (let at = 0; at < width * height; at++) data.set(colour(at % width, Math.floor(at / width)), at * 3)
  return { width, height, data }
}

/**
 * Adds even noise of ±`strength` to a third of the picture's rows or, from strength 2, to all of it.
 * @param {Pixels} pixels @param {number} seed @param {number} strength @returns {Pixels}
 */
function grained({ width, height, data }, seed, strength) {
  const random = seededRandom(seed * 7919 + 1)
  const from = strength > 1 ? 0 : Math.floor(random() * (height - height / 3)) * width * 3
  const to = strength > 1 ? data.length : from + Math.floor(height / 3) * width * 3
  const grain = new Uint8ClampedArray(data)
  for (let at = from; at < to; at++) grain[at] = data[at] + (random() * 2 - 1) * strength
  return { width, height, data: new Uint8Array(grain.buffer) }
}
