import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { npm } from './npm.mjs'

/** The root of the repository. */
export const repository = resolve(import.meta.dirname, '../..')

/** Folders of the packages that are published, relative to the root. */
export const publishedFolders = [
  '.',
  'packages/engine',
  'packages/server',
  'packages/vite',
  'packages/webpack',
  'packages/rollup',
  'packages/esbuild',
  'packages/cli',
]

/**
 * A packed package: its name, its folder in the repository, the tarball, the paths in it, and bytes packed and unpacked.
 * @typedef {{ name: string, folder: string, tarball: string, files: string[], size: number, unpackedSize: number }} Packed
 */

/**
 * Packs every published package as npm would publish it. The build must be there.
 * @param {string} target An existing folder for the tarballs.
 * @returns {Promise<Packed[]>}
 */
export async function packAll(target) {
  const packed = []
  for (const folder of publishedFolders) {
    const cwd = join(repository, folder)
    const { name } = JSON.parse(await readFile(join(cwd, 'package.json'), 'utf8'))
    const printed = await npm(['pack', '--json', '--ignore-scripts', '--pack-destination', target], { cwd })
    const [{ filename, files, size, unpackedSize }] = JSON.parse(printed)
    const paths = files.map((file) => file.path)
    packed.push({ name, folder, tarball: join(target, filename), files: paths, size, unpackedSize })
  }
  return packed
}
