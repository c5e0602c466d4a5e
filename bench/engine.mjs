// The engine alone, on real files by kind: bytes, fidelity and CPU, against fixed settings and known programs.
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inspect } from '../packages/engine/lib/inspect.js'
import { readArguments } from './lib/arguments.mjs'
import { installedContenders } from './lib/contenders.mjs'
import { corpusFiles } from './lib/corpus.mjs'
import { count, table } from './lib/format.mjs'
import { measureNode } from './lib/measure.mjs'
import { repository, workFolder } from './lib/paths.mjs'
import { hasReferenceProgram, referenceScores } from './lib/reference-program.mjs'
import { compareFiles } from './lib/scores.mjs'
import { mean } from './lib/statistics.mjs'
import { circumstances, writeSection } from './results.mjs'

const folder = join(workFolder, 'engine')

/** What every lossy result of the engine promises, and by how much it may miss that. */
const TARGET = 80
const SLACK = 0.5

/** Pixels of a picture that are compared: all, but of photos straight from a camera. */
const MOST_PIXELS = 4_200_000

/** Contenders of which the metric's reference program scores every result, too. */
const CHECKED = ['balanced', 'fast']

/** Points that tell a bad miss by the reference program. */
const BAD_MISS = 2

/** @typedef {import('./lib/corpus.mjs').CorpusFile} CorpusFile */
/** @typedef {import('./lib/contenders.mjs').Contender} Contender */

/**
 * @typedef {object} Result
 * @property {Contender} contender
 * @property {string} group
 * @property {number} cpuMs
 * @property {number} before Bytes.
 * @property {number} after
 * @property {number} megapixels Of all frames.
 * @property {number[]} scores Of files that show what the source shows.
 * @property {number[] | undefined} reference Scores of changed files by the reference program; nothing without it.
 * @property {number} broken Files that do not.
 */

/** @typedef {CorpusFile & { group: string, to: string }} Job */

/**
 * @param {string[]} args
 * @returns {Promise<boolean>} False when a result of the engine misses its target.
 */
export async function run(args) {
  const { limit, dry } = readArguments(args, { limit: 10_000 }, ['dry'])
  const files = await corpusFiles(limit)
  const isChecked = await hasReferenceProgram()
  /** @type {Result[]} */
  const results = []
  for (const contender of await installedContenders()) {
    results.push(...(await measure(contender, files, isChecked && CHECKED.includes(contender.key))))
    console.log(`${contender.name}: done`)
  }
  const groups = [...new Set(files.map(groupOf))]
  const text = [
    `## Engine\n\n${files.length} files of the corpus by kind; the engine aims at a score of ${TARGET}.`,
    resultTable(groups, results),
    totalTable(results),
    checkText(results),
    await circumstances(['@compress-fast/engine', 'sharp', '@napi-rs/image', 'svgo']),
  ].join('\n\n')
  console.log(`\n${text}`)
  if (!dry) await writeSection('engine', text)
  return keepsPromise(results)
}

/** The corpus's own folders. @param {CorpusFile} file */
function groupOf({ path }) {
  return dirname(path).split('/').at(-1) ?? ''
}

/** @param {Contender} contender @param {CorpusFile[]} files @param {boolean} isChecked @returns {Promise<Result[]>} By group. */
async function measure(contender, files, isChecked) {
  const output = join(folder, contender.key)
  await rm(output, { recursive: true, force: true })
  await mkdir(output, { recursive: true })
  /** @type {Job[]} */
  const jobs = files
    .filter(({ kind }) => contender.kinds.includes(kind))
    .map((file) => ({ ...file, group: groupOf(file), to: join(output, file.name) }))
  const list = join(output, 'list.json')
  await writeFile(list, JSON.stringify(jobs.map(({ group, path, to, kind }) => ({ group, from: path, to, kind }))))
  const script = fileURLToPath(new URL('lib/contender-run.mjs', import.meta.url))
  const { code, output: said } = await measureNode([script, contender.key, list], { cwd: repository })
  if (code !== 0) throw new Error(`${contender.name} ended with ${code}: ${said}`)
  /** @type {Record<string, number>} */
  const cpuMs = JSON.parse(said.trim().split('\n').at(-1) ?? '')
  /** @type {Result[]} */
  const results = []
  for (const group of new Set(jobs.map((job) => job.group))) {
    const members = jobs.filter((job) => job.group === group)
    results.push({ contender, group, cpuMs: cpuMs[group] ?? 0, ...(await lookAt(members, isChecked)) })
  }
  return results
}

/** @param {Job[]} jobs @param {boolean} isChecked @returns {Promise<Omit<Result, 'contender' | 'group' | 'cpuMs'>>} */
async function lookAt(jobs, isChecked) {
  const comparisons = await compareFiles(
    jobs.map(({ path, to }) => ({ source: path, results: [to], mostPixels: MOST_PIXELS })),
    () => {},
  )
  const found = comparisons.map(([comparison]) => comparison)
  const changed = jobs.filter((_, index) => found[index].finding === 'compared' && found[index].score !== 100)
  const pairs = changed.map(({ path, to }) => ({ source: path, result: to }))
  return {
    before: await sizeOf(jobs.map(({ path }) => path)),
    after: await sizeOf(jobs.map(({ to }) => to)),
    megapixels: await megapixelsOf(jobs.map(({ path }) => path)),
    scores: found.flatMap(({ score }) => (score === null ? [] : [score])),
    reference: isChecked ? (await referenceScores(pairs, MOST_PIXELS)).filter((score) => score !== null) : undefined,
    broken: found.filter(({ finding }) => finding !== 'compared' && finding !== 'unreadable source').length,
  }
}

/** @param {string[]} paths */
async function sizeOf(paths) {
  const facts = await Promise.all(paths.map((path) => stat(path)))
  return facts.reduce((sum, { size }) => sum + size, 0)
}

/** @param {string[]} paths */
async function megapixelsOf(paths) {
  let pixels = 0
  for (const path of paths) {
    const facts = await readFacts(path)
    if (facts) pixels += facts.width * facts.height * facts.frames
  }
  return pixels / 1e6
}

/** @param {string} path */
async function readFacts(path) {
  try {
    return inspect(await readFile(path))
  } catch {
    // Hard cases of the corpus are no pictures at all.
    return null
  }
}

/** @param {string[]} groups @param {Result[]} results */
function resultTable(groups, results) {
  const head = [
    'files',
    'contender',
    'bytes',
    'of source',
    'lowest',
    'by reference',
    'mean',
    'broken',
    'CPU',
    'CPU a megapixel',
  ]
  const rows = groups.flatMap((group) => results.filter((result) => result.group === group).map(rowOf))
  return table(head, rows)
}

/** @param {Result} result */
function rowOf({ contender, group, cpuMs, before, after, megapixels, scores, reference = [], broken }) {
  return [
    group,
    contender.name,
    count(after),
    `${((100 * after) / before).toFixed(1)} %`,
    lowest(scores),
    lowest(reference),
    scores.length === 0 ? '–' : mean(scores).toFixed(1),
    String(broken),
    `${(cpuMs / 1000).toFixed(1)} s`,
    megapixels === 0 ? '–' : `${(cpuMs / 1000 / megapixels).toFixed(2)} s`,
  ]
}

/** @param {number[]} scores */
function lowest(scores) {
  return scores.length === 0 ? '–' : Math.min(...scores).toFixed(1)
}

/** What the reference program says. @param {Result[]} results */
function checkText(results) {
  if (results.every(({ reference }) => reference === undefined)) {
    return 'The reference program `ssimulacra2` is not installed, so nothing checks the scores.'
  }
  const lines = CHECKED.map((key) => {
    const own = results.filter(({ contender }) => contender.key === key)
    const scores = own.flatMap(({ reference }) => reference ?? [])
    const [near, far] = [SLACK, BAD_MISS].map((points) => scores.filter((score) => score < TARGET - points).length)
    const misses = `${near} below the target by more than ${SLACK}, ${far} by more than ${BAD_MISS}`
    return `- ${own[0]?.contender.name}: ${scores.length} changed pictures, lowest ${lowest(scores)}; ${misses}`
  })
  return ['Scores of the reference program `ssimulacra2`:', ...lines].join('\n')
}

/** Contenders that take all kinds, over all kinds. @param {Result[]} results */
function totalTable(results) {
  const groups = new Set(results.map(({ group }) => group)).size
  const rows = [...new Set(results.map(({ contender }) => contender))].flatMap((contender) => {
    const own = results.filter((result) => result.contender === contender)
    if (own.length < groups) return []
    const sum = (/** @type {'before' | 'after' | 'cpuMs'} */ field) => own.reduce((all, one) => all + one[field], 0)
    const share = `${((100 * sum('after')) / sum('before')).toFixed(1)} %`
    return [[contender.name, count(sum('before')), count(sum('after')), share, `${(sum('cpuMs') / 1000).toFixed(1)} s`]]
  })
  return table(['all files', 'source', 'bytes', 'of source', 'CPU'], rows)
}

/** Whether no result of the engine is broken or misses its target; names those that do. @param {Result[]} results */
function keepsPromise(results) {
  const bad = results.filter(({ contender, scores, reference = [], broken }) => {
    const isOurs = ['balanced', 'fast', 'lossless'].includes(contender.key)
    return isOurs && (broken > 0 || [...scores, ...reference].some((score) => score < TARGET - SLACK))
  })
  for (const { contender, group, scores, reference = [] } of bad) {
    console.error(
      `${contender.name} misses its target in ${group}: ${lowest(scores)}, by reference ${lowest(reference)}`,
    )
  }
  return bad.length === 0
}
