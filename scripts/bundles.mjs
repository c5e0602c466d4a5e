import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

/** The root of the repository. */
export const repository = resolve(import.meta.dirname, '..')

/**
 * How a package is put together.
 * @typedef {object} Plan
 * @property {string} folder
 * @property {Record<string, string>} found Sources of files that are found by their paths rather than imported.
 * @property {readonly string[]} together Sources that warm runs load: with all that they import they become one file.
 */

/** Small packages, and the server, stay as the compiler makes them. @type {readonly Plan[]} */
export const plans = [
  {
    folder: '.',
    found: { 'webpack-loader': 'src/hosts/webpack-loader.ts', 'webpack-executed': 'src/hosts/webpack-executed.ts' },
    together: ['src/open-session.ts'],
  },
  { folder: 'packages/engine', found: { worker: 'src/worker/main.ts' }, together: ['src/sniff.ts'] },
  { folder: 'packages/cli', found: { cli: 'src/cli.ts' }, together: ['src/run.ts', 'src/compress.ts'] },
]

/**
 * The sources of all files in `lib` that have a name of their own, by these names: what the package exports besides what
 * is found.
 * @param {Plan} plan
 * @returns {Promise<Record<string, string>>}
 */
export async function entriesOf({ folder, found }) {
  const { exports } = JSON.parse(await readFile(join(repository, folder, 'package.json'), 'utf8'))
  const entries = Object.values(exports).filter((entry) => typeof entry === 'object')
  const exported = entries.map(({ types, default: file }) => [
    file.replace(/^\.\/lib\/|\.js$/g, ''),
    types.replace(/^\.\/dist\/(.*)\.d\.ts$/, 'src/$1.ts'),
  ])
  return { ...Object.fromEntries(exported), ...found }
}
