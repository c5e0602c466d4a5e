import { readdirSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * @typedef {{ id: string, path: string, name: string, source: Buffer, imported: boolean }} SiteImage
 *   `path` inside the corpus; `name` inside the site's src/ or public/
 * @typedef {SiteImage & { result: Buffer }} Shipped
 */

const extensions = new Set([
  '.jpg',
  '.jpeg',
  '.png',
  '.apng',
  '.gif',
  '.webp',
  '.avif',
  '.svg',
  '.bmp',
  '.tif',
  '.tiff',
  '.heic',
  '.ico',
  '.jxl',
])

/**
 * Writes a site in which every second image is imported from JavaScript and the others lie in public/.
 *
 * @param {string} root
 * @param {string} corpus
 * @param {string} only a part of the paths to take
 * @returns {Promise<SiteImage[]>}
 */
export async function writeSite(root, corpus, only) {
  const paths = readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter(
    (path) => extensions.has(extname(path).toLowerCase()) && path.includes(only),
  )
  await mkdir(join(root, 'src'), { recursive: true })
  await mkdir(join(root, 'public/img'), { recursive: true })
  /** @type {SiteImage[]} */
  const images = []
  for (const [index, path] of paths.sort().entries()) {
    const id = `i${String(index).padStart(3, '0')}`
    const name = `${id}${extname(path)}`
    const imported = index % 2 === 0
    const source = await readFile(join(corpus, path))
    await writeFile(join(root, imported ? 'src' : 'public/img', name), source)
    images.push({ id, path, name, source, imported })
  }
  const imports = images.filter(({ imported }) => imported)
  const lines = imports.map(({ id, name }) => `import ${id} from './${name}?url'`)
  await writeFile(
    join(root, 'src/main.js'),
    `${lines.join('\n')}\nglobalThis.imageUrls = { ${imports.map(({ id }) => id).join(', ')} }\n`,
  )
  await writeFile(
    join(root, 'index.html'),
    '<!doctype html><title>corpus</title><script type="module" src="/src/main.js"></script>\n',
  )
  return images
}

/**
 * An ordinary build, but for a script that Node can run too: the script alone knows the final addresses.
 *
 * @param {string} root
 * @param {import('vite').PluginOption} plugin
 * @returns {import('vite').InlineConfig}
 */
export function buildOptions(root, plugin) {
  return { root, configFile: false, logLevel: 'warn', plugins: [plugin], build: { modulePreload: { polyfill: false } } }
}

/**
 * What a browser would get for each image, inlined ones included.
 *
 * @param {string} root
 * @param {SiteImage[]} images
 * @returns {Promise<Shipped[]>}
 */
export async function shippedImages(root, images) {
  const dist = join(root, 'dist')
  const scripts = readdirSync(join(dist, 'assets')).filter((name) => name.endsWith('.js'))
  for (const script of scripts) await import(pathToFileURL(join(dist, 'assets', script)).href)
  const urls = /** @type {{ imageUrls?: Record<string, string> }} */ (globalThis).imageUrls ?? {}
  return Promise.all(
    images.map(async (image) => {
      const url = image.imported ? urls[image.id] : `/img/${image.name}`
      if (url === undefined) throw new Error(`${image.path} is not in the built site`)
      return { ...image, result: url.startsWith('data:') ? dataOf(url) : await readFile(join(dist, decodeURI(url))) }
    }),
  )
}

/** @param {string} url a data URI */
function dataOf(url) {
  const comma = url.indexOf(',')
  const data = url.slice(comma + 1)
  return url.slice(0, comma).endsWith(';base64') ? Buffer.from(data, 'base64') : Buffer.from(decodeURIComponent(data))
}
