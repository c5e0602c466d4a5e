import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepareReference, score } from '../../packages/engine/dist/metric/ssimulacra2.js'
import { crop, look } from './pixels.mjs'
import { LEAST_SIDE, scorePictures } from './reference-program.mjs'

/** Side of the part that is compared, pixels. */
const SIDE = 512

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
    opinions.push({
      ours: score(prepareReference(a, 'full'), b),
      theirs: await scorePictures(a, b, join(folder, 'pair')),
    })
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
