import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { prepareReference, score } from '../../packages/engine/dist/metric/ssimulacra2.js'
import { workFolder } from './paths.mjs'
import { crop, look } from './pixels.mjs'

/**
 * SSIMULACRA2 by others: rust-av's, compiled to WebAssembly. It knows opaque pictures only. It is fetched into the
 * temporary folder when wanted, because nothing else needs it.
 */
const OTHER = { name: 'calc-s2-rust', version: '1.0.3' }

/** Side of the part that is compared, pixels. */
const SIDE = 512

/** @typedef {{ compared: number, largest: number, meanDifference: number, by: string }} Agreement In points of score. */

/**
 * How far our scores are from another implementation's, on the same pixels.
 * @param {{ source: string, result: string }[]} pairs Paths.
 * @param {number} most Pairs that are enough.
 * @returns {Promise<Agreement>}
 * @throws when the other implementation cannot be had.
 */
export async function secondOpinion(pairs, most) {
  const theirs = await loadOther()
  /** @type {number[]} */
  const differences = []
  for (const { source, result } of pairs) {
    if (differences.length === most) break
    const [a, b] = await Promise.all([source, result].map(async (path) => opaqueMiddle(await readFile(path))))
    if (!a || !b || a.width !== b.width || a.height !== b.height || Buffer.compare(a.data, b.data) === 0) continue
    const ours = score(prepareReference(a, 'full'), b)
    differences.push(Math.abs(ours - theirs(a, b)))
  }
  const meanDifference = differences.reduce((sum, value) => sum + value, 0) / differences.length
  const by = `${OTHER.name} ${OTHER.version}`
  return { compared: differences.length, largest: Math.max(...differences), meanDifference, by }
}

/** @typedef {import('./pixels.mjs').Picture} Picture */

/** @param {Uint8Array} bytes @returns {Promise<Picture | undefined>} Nothing when it cannot be compared by both. */
async function opaqueMiddle(bytes) {
  const seen = await look(bytes).catch(() => undefined)
  const [picture] = seen?.pictures ?? []
  if (!picture) return undefined
  const part = crop(picture, SIDE, SIDE)
  for (let at = 3; at < part.data.length; at += 4) if (part.data[at] !== 255) return undefined
  return Math.min(part.width, part.height) < 16 ? undefined : part
}

/** @returns {Promise<(a: Picture, b: Picture) => number>} */
async function loadOther() {
  const folder = join(workFolder, 'second-opinion')
  const home = join(folder, 'node_modules', OTHER.name)
  if (!existsSync(home)) {
    await mkdir(folder, { recursive: true })
    const wanted = `${OTHER.name}@${OTHER.version}`
    await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', '--prefix', folder, wanted])
  }
  const other = await import(pathToFileURL(join(home, 'calc_s2_rust.js')).href)
  const { memory } = other.initSync(await readFile(join(home, 'calc_s2_rust_bg.wasm')))
  return (a, b) => {
    const pictures = { a, b }
    for (const key of ['a', 'b']) other.new_buffer(key, a.width * a.height * 3)
    for (const [key, picture] of Object.entries(pictures)) {
      new Uint8Array(memory.buffer, other.get_buffer(key), a.width * a.height * 3).set(withoutAlpha(picture))
    }
    const result = other.calc_s2('a', 'b', a.width, a.height)
    for (const key of ['a', 'b']) other.remove_buffer(key)
    return result
  }
}

/** @param {Picture} picture */
function withoutAlpha({ data, width, height }) {
  const colours = new Uint8Array(width * height * 3)
  for (let pixel = 0; pixel < width * height; pixel++) colours.set(data.subarray(pixel * 4, pixel * 4 + 3), pixel * 3)
  return colours
}
