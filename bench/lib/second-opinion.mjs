import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { prepareReference, score } from '../../packages/engine/dist/metric/ssimulacra2.js'
import { crop, look } from './pixels.mjs'

const execute = promisify(execFile)

/** The metric's reference program, of Debian's `libjxl-tools` and others. `SSIMULACRA2` in the environment names another. */
const program = process.env['SSIMULACRA2'] || 'ssimulacra2'

/** Side of the part that is compared, pixels. */
const SIDE = 512

/** The reference program refuses smaller pictures. */
const LEAST_SIDE = 8

/** @typedef {import('./pixels.mjs').Picture} Picture */
/** @typedef {{ ours: number, theirs: number }} Opinions Scores of the same two pictures. */

/**
 * Our scores and the reference program's, on the same pixels.
 * @param {{ source: string, result: string }[]} pairs Paths.
 * @param {number} most Pairs that are enough.
 * @returns {Promise<Opinions[] | undefined>} Nothing when the program is not installed.
 */
export async function secondOpinion(pairs, most) {
  const folder = await mkdtemp(join(tmpdir(), 'compress-fast-score-'))
  try {
    return await opinionsOf(pairs, most, folder)
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return undefined
    throw error
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** @param {{ source: string, result: string }[]} pairs @param {number} most @param {string} folder */
async function opinionsOf(pairs, most, folder) {
  /** @type {Opinions[]} */
  const opinions = []
  for (const { source, result } of pairs) {
    if (opinions.length === most) break
    const [a, b] = await Promise.all([source, result].map(middleOf))
    if (!a || !b || a.width !== b.width || a.height !== b.height || Buffer.compare(a.data, b.data) === 0) continue
    opinions.push({ ours: score(prepareReference(a, 'full'), b), theirs: await referenceScore(a, b, folder) })
  }
  return opinions
}

/** @param {string} path @returns {Promise<Picture | undefined>} */
async function middleOf(path) {
  const seen = await look(await readFile(path)).catch(() => undefined)
  const picture = seen?.pictures[0]
  if (!picture || Math.min(picture.width, picture.height) < LEAST_SIDE) return undefined
  return crop(picture, SIDE, SIDE)
}

/** @param {Picture} a @param {Picture} b @param {string} folder */
async function referenceScore(a, b, folder) {
  const paths = [join(folder, 'a.png'), join(folder, 'b.png')]
  await Promise.all([a, b].map((picture, index) => writePng(picture, paths[index])))
  const { stdout } = await execute(program, paths)
  return Number(/^-?[\d.]+/m.exec(stdout)?.[0])
}

/** @param {Picture} picture @param {string} path */
async function writePng({ data, width, height, channels }, path) {
  const image = sharp(data, { raw: { width, height, channels } })
  const isOpaque = data.every((value, at) => at % 4 !== 3 || value === 255)
  await (isOpaque ? image.removeAlpha() : image).png({ compressionLevel: 1 }).toFile(path)
}
