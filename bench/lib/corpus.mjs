import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { repository } from './paths.mjs'

/** Real files by kind, beside the repository. They belong to others and are no part of it. */
export const corpus = join(repository, '../shared/corpus')

/** Folders of the kinds that all tools claim: their names begin so. */
const KINDS = /^(?:jpg|png|gif|webp|svg)(?:-|$)/

/**
 * @typedef {object} CorpusFile
 * @property {string} id Unique, three digits.
 * @property {string} name File name in a project: id, folder and extension.
 * @property {string} path
 * @property {string} kind `jpg`, `png`, `gif`, `webp` or `svg`.
 */

/**
 * Files of the corpus, each content once. A limit takes evenly from all folders.
 * @param {number} limit
 * @returns {Promise<CorpusFile[]>}
 * @throws when the corpus is not there.
 */
export async function corpusFiles(limit) {
  if (!existsSync(corpus)) throw new Error('The corpus is not there: put real files into ../shared/corpus/<kind>/.')
  const folders = (await readdir(corpus)).filter((name) => KINDS.test(name)).sort()
  const lists = await Promise.all(
    folders.map(async (name) => (await readdir(join(corpus, name))).sort().map((file) => ({ folder: name, file }))),
  )
  const all = await distinct(lists.flat())
  const step = Math.max(1, all.length / limit)
  const chosen = all.filter((_, index) => Math.floor(index / step) > Math.floor((index - 1) / step))
  return chosen.map((path, index) => describe(path, index))
}

/** @param {{ folder: string, file: string }[]} files Bundlers write equal files once. */
async function distinct(files) {
  /** @type {Map<string, { folder: string, file: string }>} */
  const byDigest = new Map()
  for (const { folder: kind, file } of files) {
    const digest = createHash('sha256')
      .update(await readFile(join(corpus, kind, file)))
      .digest('hex')
    if (!byDigest.has(digest)) byDigest.set(digest, { folder: kind, file })
  }
  return [...byDigest.values()]
}

/** @param {{ folder: string, file: string }} place @param {number} index @returns {CorpusFile} */
function describe({ folder: kind, file }, index) {
  const id = String(index).padStart(3, '0')
  const extension = file.slice(file.lastIndexOf('.')).toLowerCase()
  return { id, name: `${id}-${kind}${extension}`, path: join(corpus, kind, file), kind: kind.split('-')[0] }
}
