import { createHash } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { linkPackages, workFolder } from './paths.mjs'

/**
 * A project of small PNG that are quick to compress: what takes time is the service's delay. Made anew, with no cache.
 * @param {string} name
 * @param {number} images
 * @param {number} first Number of the first image; the same number is the same image.
 * @returns {Promise<{ folder: string, digests: string[] }>}
 */
export async function serviceProject(name, images, first) {
  const folder = join(workFolder, `service-${name}`)
  await rm(folder, { recursive: true, force: true })
  await mkdir(join(folder, 'src'), { recursive: true })
  await linkPackages(folder, ['rollup', 'unplugin-compress-fast'])
  await writeFile(join(folder, 'package.json'), '{ "name": "service", "private": true, "type": "module" }\n')
  const names = Array.from({ length: images }, (_, index) => `image-${first + index}.png`)
  const imports = names.map((image, index) => `import i${index} from './${image}'\n`).join('')
  await writeFile(
    join(folder, 'src/main.js'),
    `${imports}globalThis.images = [${names.map((_, index) => `i${index}`)}]\n`,
  )
  const digests = []
  for (const [index, image] of names.entries()) {
    const bytes = await smallImage(first + index)
    digests.push(createHash('sha256').update(bytes).digest('hex'))
    await writeFile(join(folder, 'src', image), bytes)
  }
  return { folder, digests }
}

/** @param {number} number */
function smallImage(number) {
  const size = 48
  const data = Buffer.alloc(size * size * 3)
  for (let at = 0; at < data.length; at++) {
    const pixel = Math.floor(at / 3)
    data[at] = (((pixel % size) >> 3) * 31 + (Math.floor(pixel / size) >> 3) * 17 + number * (1 + (at % 3))) & 0xff
  }
  data.writeUInt32LE(number, 0)
  return sharp(data, { raw: { width: size, height: size, channels: 3 } })
    .png({ compressionLevel: 0 })
    .toBuffer()
}
