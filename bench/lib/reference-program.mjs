import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { look } from './pixels.mjs'

const execute = promisify(execFile)

/** The metric's reference program, a tool of libjxl. `SSIMULACRA2` in the environment names another. */
const program = process.env['SSIMULACRA2'] || 'ssimulacra2'

/** The reference program refuses smaller pictures. */
export const LEAST_SIDE = 8

/** Formats that the program reads itself, colour profiles and all. */
const OWN_FORMATS = /\.(?:jpe?g|png)$/

/** @typedef {import('./pixels.mjs').Picture} Picture */
/** @typedef {{ source: string, result: string }} Pair Paths. */

/** Whether there is such a program. */
export async function hasReferenceProgram() {
  try {
    await execute(program, [])
    return true
  } catch (error) {
    // Without pictures it explains itself and fails.
    return /** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOENT'
  }
}

/**
 * The reference program's score of each pair: of JPEG and PNG as it reads the files, of others as their pictures are
 * shown, the lowest where these are several. `null` where it cannot tell.
 * @param {readonly Pair[]} pairs
 * @param {number} mostPixels Of a picture; larger ones are compared by their middle.
 * @returns {Promise<(number | null)[]>}
 */
export async function referenceScores(pairs, mostPixels) {
  const folder = await mkdtemp(join(tmpdir(), 'compress-fast-score-'))
  /** @type {(number | null)[]} */
  const scores = new Array(pairs.length).fill(null)
  let next = 0
  try {
    await Promise.all(Array.from({ length: availableParallelism() }, work))
    return scores
  } finally {
    await rm(folder, { recursive: true, force: true })
  }

  async function work() {
    while (next < pairs.length) {
      const index = next++
      scores[index] = await referenceScore(pairs[index], mostPixels, join(folder, String(index))).catch(() => null)
    }
  }
}

/** @param {Pair} pair @param {number} mostPixels @param {string} prefix Of temporary files. */
async function referenceScore({ source, result }, mostPixels, prefix) {
  const [before, after] = await Promise.all([source, result].map((path) => readFile(path)))
  if (before.equals(after)) return 100
  const [a, b] = await Promise.all([look(before, mostPixels), look(after, mostPixels)])
  const isWhole = a.width * a.height <= mostPixels
  if (isWhole && OWN_FORMATS.test(source)) return scoreFiles(source, result)
  let lowest = 100
  for (const [moment, picture] of a.pictures.entries()) {
    const other = b.pictures[moment]
    if (other && !Buffer.from(picture.data).equals(other.data)) {
      lowest = Math.min(lowest, await scorePictures(picture, other, prefix))
    }
  }
  return lowest
}

/**
 * @param {Picture} a
 * @param {Picture} b
 * @param {string} prefix Of temporary files.
 */
export async function scorePictures(a, b, prefix) {
  const paths = [`${prefix}-a.png`, `${prefix}-b.png`]
  await Promise.all([a, b].map((picture, index) => writePng(picture, paths[index])))
  return scoreFiles(paths[0], paths[1])
}

/** @param {string} a @param {string} b */
async function scoreFiles(a, b) {
  const { stdout } = await execute(program, [a, b])
  return Number(/^-?[\d.]+/m.exec(stdout)?.[0])
}

/** @param {Picture} picture @param {string} path */
async function writePng({ data, width, height, channels }, path) {
  const image = sharp(data, { raw: { width, height, channels } })
  const isOpaque = data.every((value, at) => at % 4 !== 3 || value === 255)
  await (isOpaque ? image.removeAlpha() : image).png({ compressionLevel: 1 }).toFile(path)
}
