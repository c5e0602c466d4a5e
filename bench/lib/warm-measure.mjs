import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { codecsIn } from './codecs.mjs'
import { change, seconds } from './format.mjs'
import { median } from './statistics.mjs'
import { buildWarm, bundlers, outputOf } from './warm-build.mjs'

/** Most that a warm build may take of a plain one. */
export const MOST_RATIO = 1.1

/** @typedef {import('./probed-run.mjs').ProbedRun} ProbedRun */
/** @typedef {import('./warm-build.mjs').Bundler} Bundler */
/** @typedef {{ plain: ProbedRun, plugin: ProbedRun }} Pair */

/**
 * @typedef {object} Measured
 * @property {Bundler} bundler
 * @property {Pair[]} pairs
 * @property {number} ratio Of the medians.
 * @property {number} pairedRatio Median of the pairs' ratios.
 * @property {string[]} faults Limits that were broken, each once.
 */

/**
 * Fills the cache, untimed. All bundlers find in it what one of them put there.
 * @param {string} project @param {Bundler} bundler @param {number} images
 */
export async function fillCache(project, bundler, images) {
  console.log(`Compressing what is not in the cache yet, of ${images} images …`)
  const cold = await buildWarm(project, bundler, 'report')
  const { totals } = await readReport(project)
  if (totals.compressed !== images) throw new Error(`${totals.compressed} of ${images} images became smaller.`)
  if (totals.from.engine > 0 && cold.probed.started.length === 0)
    throw new Error('Children were started and not noticed.')
}

/**
 * What the plugin adds to a bundler's build once the cache is filled.
 * @param {string} project @param {Bundler} bundler @param {{ images: number, runs: number }} amounts
 * @returns {Promise<Measured>}
 */
export async function measureWarm(project, bundler, { images, runs }) {
  const faults = await inspect(project, bundler, images)
  const pairs = await measurePairs(project, bundler, runs)
  faults.push(...pairs.flatMap(({ plain, plugin }) => startedOrLoaded(plugin, plain)))
  const wall = (/** @type {'plain' | 'plugin'} */ side) => median(pairs.map((pair) => pair[side].wallMs))
  const ratio = wall('plugin') / wall('plain')
  if (ratio > MOST_RATIO) faults.push(`a warm build takes ${change(ratio)}; ${change(MOST_RATIO)} is the limit`)
  const pairedRatio = median(pairs.map(({ plain, plugin }) => plugin.wallMs / plain.wallMs))
  return { bundler, pairs, ratio, pairedRatio, faults: [...new Set(faults)] }
}

/** One untimed build of each kind that is looked at closely. @param {string} project @param {Bundler} bundler @param {number} images */
async function inspect(project, bundler, images) {
  const plain = await buildWarm(project, bundler, 'plain')
  const warm = await buildWarm(project, bundler, 'report', { modules: true })
  if (!warm.modules.some((url) => url.endsWith(`/lib/${bundler}.js`)))
    throw new Error('Loaded modules were not noticed.')
  return [...startedOrLoaded(warm, plain), ...(await lostOrRepeated(project, images))]
}

/** Whether all images shipped, as small as was said, and from the cache. @param {string} project @param {number} images */
async function lostOrRepeated(project, images) {
  const [before, after] = [await shipped(outputOf(project, 'plain')), await shipped(outputOf(project, 'report'))]
  if (before.images !== images) throw new Error(`The plain build shipped ${before.images} of ${images} images.`)
  const { totals } = await readReport(project)
  const faults = []
  if (after.images !== images) faults.push(`${after.images} of ${images} images shipped`)
  if (before.bytes !== totals.before || after.bytes !== totals.after)
    faults.push(`${totals.before} → ${totals.after} bytes were reported; ${before.bytes} → ${after.bytes} shipped`)
  if (totals.from.engine !== 0) faults.push(`${totals.from.engine} images were compressed again`)
  if (totals.from.disk !== images) faults.push(`${totals.from.disk} of ${images} images came from the disk cache`)
  return faults
}

/**
 * What a warm build has no business with, beyond what the bundler does without the plugin.
 * @param {ProbedRun} run @param {ProbedRun} plain
 */
function startedOrLoaded(run, plain) {
  const faults = codecsIn(run).map((path) => `a codec was loaded: ${path}`)
  const usual = [...plain.probed.started]
  for (const what of run.probed.started) {
    const at = usual.indexOf(what)
    if (at === -1) faults.push(`a process was started: ${what}`)
    else usual.splice(at, 1)
  }
  const workers = run.probed.workers - plain.probed.workers
  if (workers > 0) faults.push(`${workers} worker threads were started`)
  return faults
}

/** @param {string} project @param {Bundler} bundler @param {number} runs */
async function measurePairs(project, bundler, runs) {
  const { name } = bundlers[bundler]
  /** @type {Pair[]} */
  const pairs = []
  for (const variant of /** @type {const} */ (['plain', 'plugin'])) await buildWarm(project, bundler, variant)
  for (let index = 0; index < runs; index++) {
    // Who goes first alternates, so that drift of the machine favours neither.
    const pair = index % 2 === 0 ? await plainFirst(project, bundler) : await pluginFirst(project, bundler)
    const [plain, plugin] = [pair.plain.wallMs, pair.plugin.wallMs]
    const times = `plain ${seconds(plain)}  plugin ${seconds(plugin)}  ${change(plugin / plain)}`
    console.log(`${name.padEnd(10)}${index + 1}/${runs}  ${times}`)
    pairs.push(pair)
  }
  return pairs
}

/** @param {string} project @param {Bundler} bundler @returns {Promise<Pair>} */
async function plainFirst(project, bundler) {
  const plain = await buildWarm(project, bundler, 'plain')
  return { plain, plugin: await buildWarm(project, bundler, 'plugin') }
}

/** @param {string} project @param {Bundler} bundler @returns {Promise<Pair>} */
async function pluginFirst(project, bundler) {
  const plugin = await buildWarm(project, bundler, 'plugin')
  return { plain: await buildWarm(project, bundler, 'plain'), plugin }
}

/** Images in a folder, and their bytes. @param {string} folder */
async function shipped(folder) {
  const files = await readdir(folder, { recursive: true })
  const sizes = files
    .filter((file) => /\.(?:jpg|png)$/.test(file))
    .map(async (file) => (await stat(join(folder, file))).size)
  const bytes = await Promise.all(sizes)
  return { images: bytes.length, bytes: bytes.reduce((sum, size) => sum + size, 0) }
}

/** @param {string} project */
async function readReport(project) {
  return JSON.parse(await readFile(join(project, 'report.json'), 'utf8'))
}
