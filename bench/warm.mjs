// What the plugin adds to a Vite build in which every image was compressed before.
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readArguments } from './lib/arguments.mjs'
import { checkNotice, codecsIn } from './lib/codecs.mjs'
import { change, mebibytes, seconds, table } from './lib/format.mjs'
import { median } from './lib/statistics.mjs'
import { buildWithVite } from './lib/vite-build.mjs'
import { warmProject } from './lib/warm-project.mjs'
import { circumstances, writeSection } from './results.mjs'

/** Most that a warm build may take of a plain one. */
const MOST_RATIO = 1.1

/** @typedef {import('./lib/vite-build.mjs').ProbedRun} ProbedRun */
/** @typedef {{ plain: ProbedRun, plugin: ProbedRun }} Pair */

/**
 * @param {string[]} args
 * @returns {Promise<boolean>} Whether all limits were kept.
 */
export async function run(args) {
  const { runs, images, dry, profile } = readArguments(args, { runs: 9, images: 1000 }, ['dry', 'profile'])
  const project = await warmProject(images)
  await checkNotice(project)
  await warmUp(project, images)
  const faults = await inspectWarmBuild(project, images)
  const pairs = await measurePairs(project, runs)
  faults.push(...pairs.flatMap(({ plugin }) => startedOrLoaded(plugin)))
  const figures = figuresOf(pairs)
  if (figures.ratio > MOST_RATIO)
    faults.push(`a warm build takes ${change(figures.ratio)}; ${change(MOST_RATIO)} is the limit`)
  const text = [heading(images, runs), figuresTable(pairs, figures), verdict(faults, figures), await facts()].join(
    '\n\n',
  )
  console.log(`\n${text}`)
  if (profile) await printProfile(project)
  if (!dry) await writeSection('warm', text)
  return faults.length === 0
}

/** Fills the cache, untimed. @param {string} project @param {number} images */
async function warmUp(project, images) {
  console.log(`Compressing what is not in the cache yet, of ${images} images …`)
  const cold = await buildWithVite(project, 'report.config.js')
  const { totals } = await readReport(project)
  if (totals.compressed !== images) throw new Error(`${totals.compressed} of ${images} images became smaller.`)
  if (totals.from.engine > 0 && cold.probed.started.length === 0)
    throw new Error('Children were started and not noticed.')
}

/** One untimed build that is looked at closely. @param {string} project @param {number} images */
async function inspectWarmBuild(project, images) {
  const warm = await buildWithVite(project, 'report.config.js', { modules: true })
  if (!warm.modules.some((url) => /dist\/vite\.js$/.test(url))) throw new Error('Loaded modules were not noticed.')
  const { totals } = await readReport(project)
  const faults = startedOrLoaded(warm)
  if (totals.from.engine !== 0) faults.push(`${totals.from.engine} images were compressed again`)
  if (totals.from.disk !== images) faults.push(`${totals.from.disk} of ${images} images came from the disk cache`)
  return faults
}

/** @param {ProbedRun} run What a warm build has no business with. */
function startedOrLoaded(run) {
  const { started, workers } = run.probed
  const faults = codecsIn(run).map((path) => `a codec was loaded: ${path}`)
  faults.push(...started.map((what) => `a process was started: ${what}`))
  if (workers > 0) faults.push(`${workers} worker threads were started`)
  return faults
}

/** @param {string} project @param {number} runs */
async function measurePairs(project, runs) {
  /** @type {Pair[]} */
  const pairs = []
  for (const config of ['plain.config.js', 'plugin.config.js']) await buildWithVite(project, config)
  for (let index = 0; index < runs; index++) {
    // Who goes first alternates, so that drift of the machine favours neither.
    const pair = index % 2 === 0 ? await plainFirst(project) : await pluginFirst(project)
    const [plain, plugin] = [pair.plain.wallMs, pair.plugin.wallMs]
    console.log(`${index + 1}/${runs}  plain ${seconds(plain)}  plugin ${seconds(plugin)}  ${change(plugin / plain)}`)
    pairs.push(pair)
  }
  return pairs
}

/** @param {string} project @returns {Promise<Pair>} */
async function plainFirst(project) {
  const plain = await buildWithVite(project, 'plain.config.js')
  return { plain, plugin: await buildWithVite(project, 'plugin.config.js') }
}

/** @param {string} project @returns {Promise<Pair>} */
async function pluginFirst(project) {
  const plugin = await buildWithVite(project, 'plugin.config.js')
  return { plain: await buildWithVite(project, 'plain.config.js'), plugin }
}

/** @param {Pair[]} pairs */
function figuresOf(pairs) {
  const plain = median(pairs.map((pair) => pair.plain.wallMs))
  const plugin = median(pairs.map((pair) => pair.plugin.wallMs))
  return { ratio: plugin / plain, pairedRatio: median(pairs.map((pair) => pair.plugin.wallMs / pair.plain.wallMs)) }
}

/** @param {Pair[]} pairs @param {{ ratio: number, pairedRatio: number }} figures */
function figuresTable(pairs, { ratio, pairedRatio }) {
  const row = (/** @type {string} */ name, /** @type {ProbedRun[]} */ runs) => {
    const walls = runs.map((run) => run.wallMs)
    return [
      name,
      seconds(median(walls)),
      `${seconds(Math.min(...walls))} – ${seconds(Math.max(...walls))}`,
      seconds(median(runs.map((run) => run.cpuMs))),
      mebibytes(Math.max(...runs.map((run) => run.probed.peakRss))),
    ]
  }
  const head = ['build', 'wall, median', 'least – most', 'CPU, median', 'peak memory']
  const plain = row(
    'Vite',
    pairs.map((pair) => pair.plain),
  )
  const plugin = row(
    'Vite + plugin, cache warm',
    pairs.map((pair) => pair.plugin),
  )
  const ratios = `Ratio of medians ${change(ratio)}; median of paired ratios ${change(pairedRatio)}.`
  return `${table(head, [plain, plugin])}\n\n${ratios}`
}

/** @param {number} images @param {number} runs */
function heading(images, runs) {
  return `## Warm build\n\n${images} images of about 50 KB, half JPEG and half PNG, ${runs} pairs of builds.`
}

/** @param {string[]} faults @param {{ ratio: number }} figures */
function verdict(faults, { ratio }) {
  if (faults.length > 0) return [...new Set(faults)].map((fault) => `- **Broken:** ${fault}.`).join('\n')
  const nothing = 'No image was compressed again, no codec was loaded, no process or thread was started.'
  return `${nothing} ${change(ratio)} is within the limit of ${change(MOST_RATIO)}.`
}

function facts() {
  return circumstances(['unplugin-compress-fast', '@compress-fast/engine', 'vite', 'rolldown'])
}

/** @param {string} project */
async function printProfile(project) {
  const { profileLines } = await import('./lib/profile.mjs')
  const folder = join(project, 'profile')
  await rm(folder, { recursive: true, force: true })
  const node = ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--cpu-prof-interval=200']
  await buildWithVite(project, 'plugin.config.js', { node })
  console.log(`\n${(await profileLines(folder)).join('\n')}\n\nProfile for a browser's developer tools: ${folder}`)
}

/** @param {string} project */
async function readReport(project) {
  return JSON.parse(await readFile(join(project, 'report.json'), 'utf8'))
}
