// Bytes, time and fidelity of the plugin and two others, on the same files, with nothing remembered.
import { readArguments } from './lib/arguments.mjs'
import { buildWithTool } from './lib/build-tool.mjs'
import { corpusFiles } from './lib/corpus.mjs'
import { change, count, mebibytes, seconds, table } from './lib/format.mjs'
import { readOutputs } from './lib/outputs.mjs'
import { compareFiles } from './lib/scores.mjs'
import { secondOpinion } from './lib/second-opinion.mjs'
import { mean } from './lib/statistics.mjs'
import { baselines, toolProject, tools } from './lib/tools.mjs'
import { circumstances, writeSection } from './results.mjs'

/** Results that the reference program scores too. */
const SECOND_OPINIONS = 24

/** Points that the reference program may differ by, below {@link NEAR_EQUAL}. */
const MOST_DIFFERENCE = 0.5

/**
 * From here up the reference program, which filters recursively in 32-bit floats, sees its own rounding in flat parts:
 * up to two points of damage that is not there.
 */
const NEAR_EQUAL = 90

/** @typedef {import('./lib/tools.mjs').Tool} Tool */
/** @typedef {import('./lib/outputs.mjs').Output} Output */
/** @typedef {import('./lib/compare.mjs').Comparison} Comparison */
/** @typedef {import('./lib/second-opinion.mjs').Opinions} Opinions */

/**
 * @typedef {object} Result
 * @property {Tool} tool
 * @property {import('./lib/measure.mjs').Measurement} measured
 * @property {Output[]} outputs
 * @property {number} failures Files that the tool said it failed on.
 */

/**
 * @param {string[]} args
 * @returns {Promise<boolean>} False when the reference program gives other scores.
 */
export async function run(args) {
  const { limit, dry, each } = readArguments(args, { limit: 10_000 }, ['dry', 'each'])
  const files = await corpusFiles(limit)
  /** @type {Result[]} */
  const results = []
  for (const tool of [...baselines, ...tools]) results.push(await buildCold(tool, files))
  const compared = results.filter(({ tool }) => tools.includes(tool))
  const comparisons = await compareResults(compared)
  const opinions = await secondOpinion(pairsToCheck(compared, comparisons), SECOND_OPINIONS)
  const text = [
    `## Cold builds\n\n${files.length} files of the corpus, each tool with its defaults, one build each.`,
    costTable(results),
    bytesTable(compared),
    fidelityTable(compared, comparisons),
    agreementText(opinions),
    await facts(),
  ].join('\n\n')
  console.log(`\n${text}`)
  if (each) printEach(compared, comparisons)
  if (!dry) await writeSection('peers-cold', text)
  return opinions === undefined || agrees(opinions)
}

/** @param {Tool} tool @param {import('./lib/corpus.mjs').CorpusFile[]} files @returns {Promise<Result>} */
async function buildCold(tool, files) {
  const project = await toolProject(tool, files, 'config')
  const measured = await buildWithTool(tool, project)
  console.log(`${tool.name}: ${seconds(measured.wallMs)}`)
  const failures = await tool.failures(project, measured.output)
  return { tool, measured, outputs: await readOutputs(project, files), failures }
}

/** @param {Result[]} results @returns {Promise<Comparison[][]>} By tool, by file. */
async function compareResults(results) {
  const tasks = results[0].outputs.map(({ file }, index) => ({
    source: file.path,
    results: results.map(({ outputs }) => outputs[index].path),
  }))
  const byFile = await compareFiles(tasks, (done) => {
    if (done % 20 === 0 || done === tasks.length) console.log(`${done} of ${tasks.length} files compared`)
  })
  return results.map((_, tool) => byFile.map((file) => file[tool]))
}

/** Results from all over the scale, and then the others. @param {Result[]} results @param {Comparison[][]} comparisons */
function pairsToCheck(results, comparisons) {
  const scored = results.flatMap(({ outputs }, tool) =>
    outputs.flatMap(({ file, path }, index) => {
      const { score } = comparisons[tool][index]
      return score === null || score === 100 ? [] : [{ source: file.path, result: path, score }]
    }),
  )
  const sorted = scored.toSorted((a, b) => a.score - b.score)
  const step = Math.max(1, Math.floor(sorted.length / SECOND_OPINIONS))
  return [...sorted.filter((_, index) => index % step === 0), ...sorted.filter((_, index) => index % step !== 0)]
}

/** @param {Result[]} results */
function costTable(results) {
  const head = ['tool', 'wall', 'CPU', 'largest process', 'all processes', 'processes']
  const rows = results.map(({ tool, measured }) => [
    tool.name,
    seconds(measured.wallMs),
    seconds(measured.cpuMs),
    mebibytes(measured.peakRss),
    mebibytes(measured.peakTreeRss),
    String(measured.processes),
  ])
  return table(head, rows)
}

/** @param {Result[]} results */
function bytesTable(results) {
  const kinds = [...new Set(results[0].outputs.map(({ file }) => file.kind))]
  const rows = [...kinds, 'all'].map((kind) => {
    const parts = results.map(({ outputs }) =>
      totals(outputs.filter(({ file }) => kind === 'all' || file.kind === kind)),
    )
    return [
      kind,
      count(parts[0].before),
      ...parts.map(({ before, after }) => `${count(after)} (${change(after / before)})`),
    ]
  })
  return table(['bytes', 'source', ...results.map(({ tool }) => tool.name)], rows)
}

/** @param {Output[]} outputs */
function totals(outputs) {
  const sum = (/** @type {'before' | 'after'} */ field) => outputs.reduce((total, output) => total + output[field], 0)
  return { before: sum('before'), after: sum('after') }
}

/** @param {Result[]} results @param {Comparison[][]} comparisons */
function fidelityTable(results, comparisons) {
  const rows = results.map(({ tool, outputs, failures }, at) => {
    const found = comparisons[at]
    const number = (/** @type {Comparison['finding']} */ finding) =>
      String(found.filter((one) => one.finding === finding).length)
    const scores = found.flatMap(({ score }) => (score === null ? [] : [score]))
    const changed = found.flatMap(({ score }, index) => (score === null || outputs[index].isSame ? [] : [score]))
    return [
      tool.name,
      String(outputs.filter(({ before, after }) => after < before).length),
      String(outputs.filter(({ isSame }) => isSame).length),
      String(outputs.filter(({ before, after }) => after > before).length),
      String(failures),
      number('unreadable'),
      number('other size'),
      number('frames lost'),
      Math.min(...scores).toFixed(1),
      mean(scores).toFixed(1),
      mean(changed).toFixed(1),
    ]
  })
  const files = ['smaller', 'as it was', 'larger', 'said to fail', 'unreadable', 'other size', 'frames lost']
  return table(['files', ...files, 'lowest score', 'mean of all', 'mean of changed'], rows)
}

/** @param {Opinions[] | undefined} opinions */
function agreementText(opinions) {
  if (!opinions) return 'Scores were not checked: the reference program `ssimulacra2` is not installed.'
  const figures = `${differenceText(opinions, 'below')}, ${differenceText(opinions, 'above')}`
  const verdict = agrees(opinions) ? '' : ' **That is not good enough: do not trust the scores.**'
  return `Scores checked against the reference program: largest difference ${figures}.${verdict}`
}

/** @param {Opinions[]} opinions @param {'below' | 'above'} side Of `NEAR_EQUAL`. */
function differenceText(opinions, side) {
  const part = opinions.filter(({ theirs }) => theirs < NEAR_EQUAL === (side === 'below'))
  return `${largestDifference(part).toFixed(2)} points on ${part.length} results ${side} ${NEAR_EQUAL}`
}

/** @param {Opinions[]} opinions */
function largestDifference(opinions) {
  return Math.max(0, ...opinions.map(({ ours, theirs }) => Math.abs(ours - theirs)))
}

/** @param {Opinions[]} opinions */
function agrees(opinions) {
  const decisive = opinions.filter(({ theirs }) => theirs < NEAR_EQUAL)
  return decisive.length > 0 && largestDifference(decisive) <= MOST_DIFFERENCE
}

/** @param {Result[]} results @param {Comparison[][]} comparisons */
function printEach(results, comparisons) {
  for (const [index, { file, before }] of results[0].outputs.entries()) {
    const cells = results.map(({ outputs }, at) => {
      const { score, finding } = comparisons[at][index]
      return `${change(outputs[index].after / before).padStart(9)} ${score?.toFixed(1) ?? finding}`.padEnd(22)
    })
    console.log(
      `${file.path.split('/').slice(-2).join('/').padEnd(52)} ${count(before).padStart(10)} ${cells.join(' ')}`,
    )
  }
}

function facts() {
  const packages = tools.flatMap((tool) => tool.packages)
  return circumstances([...new Set(['unplugin-compress-fast', '@compress-fast/engine', ...packages, '@napi-rs/image'])])
}
