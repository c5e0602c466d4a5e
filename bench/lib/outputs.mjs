import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** @typedef {import('./corpus.mjs').CorpusFile} CorpusFile */

/**
 * @typedef {object} Output
 * @property {CorpusFile} file
 * @property {string} path
 * @property {number} before Bytes.
 * @property {number} after Bytes.
 * @property {boolean} isSame Byte for byte as it was.
 */

/**
 * What a build made of each file.
 * @param {string} project
 * @param {CorpusFile[]} files
 * @returns {Promise<Output[]>}
 * @throws when a file is missing.
 */
export async function readOutputs(project, files) {
  const folder = join(project, 'dist/assets')
  const names = await readdir(folder)
  return Promise.all(files.map(readOne))

  /** @param {CorpusFile} file @returns {Promise<Output>} */
  async function readOne(file) {
    const found = names.filter((name) => name.startsWith(`${file.id}-`))
    if (found.length !== 1) throw new Error(`${folder} holds ${found.length} files for ${file.name}.`)
    const path = join(folder, found[0])
    const [source, result] = await Promise.all([readFile(file.path), readFile(path)])
    return { file, path, before: source.length, after: result.length, isSame: source.equals(result) }
  }
}
