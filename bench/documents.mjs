// PDF and Office files through the engine and through known programs: bytes, what pages look like and say, and CPU.
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readArguments } from './lib/arguments.mjs'
import { corpus } from './lib/corpus.mjs'
import { installedDocumentContenders } from './lib/document-contenders.mjs'
import { count, table } from './lib/format.mjs'
import { measureNode } from './lib/measure.mjs'
import { printOffice, readPdf, scorePages } from './lib/pages.mjs'
import { repository, workFolder } from './lib/paths.mjs'
import { mean } from './lib/statistics.mjs'
import { circumstances, writeSection } from './results.mjs'

const folder = join(workFolder, 'documents')

/** Folders of the corpus, each with a section of its own in the results. */
const kinds = { pdf: 'PDF', office: 'Office' }

/** What every page of a result of ours must reach; the engine promises it of pictures, of which pages are made. */
const TARGET = 80

/** @typedef {import('./lib/contenders.mjs').Contender} Contender */
/** @typedef {import('./lib/pages.mjs').Reading} Reading */
/** @typedef {{ path: string, kind: string }} Document */

/**
 * @typedef {object} Result
 * @property {Contender} contender
 * @property {string} kind
 * @property {number} before Bytes.
 * @property {number} after A file that grew or that failed counts as it was.
 * @property {number} cpuMs
 * @property {number[]} scores Of pages.
 * @property {string[]} different Files that say something else than before, or lost a page.
 */

/**
 * @param {string[]} args
 * @returns {Promise<boolean>} False when a result of the engine says or shows something else.
 */
export async function run(args) {
  const { limit, dry, only } = readArguments(args, { limit: 10_000 }, ['dry'], { only: Object.keys(kinds) })
  let isKept = true
  for (const [kind, title] of Object.entries(kinds)) {
    if (only === undefined || only === kind) isKept = (await compareKind(kind, title, limit, dry)) && isKept
  }
  return isKept
}

/** @param {string} kind @param {string} title @param {number} limit @param {boolean} dry */
async function compareKind(kind, title, limit, dry) {
  const documents = await documentsThatMayChange(kind, limit)
  const contenders = (await installedDocumentContenders()).filter(({ kinds }) => kinds.includes(kind))
  /** @type {Result[]} */
  const results = []
  for (const contender of contenders) {
    results.push(await measure(contender, kind, documents))
    console.log(`${title}, ${contender.name}: done`)
  }
  const text = [
    `## ${title}\n\n${documents.length} files of the corpus that may be changed, neither signed nor encrypted.`,
    resultTable(results),
    ...differences(results),
    await circumstances(['@compress-fast/engine', 'sharp', '@napi-rs/image']),
  ].join('\n\n')
  console.log(`\n${text}`)
  if (!dry) await writeSection(kind, text)
  return keepsPromise(results)
}

/** @param {string} kind @param {number} limit @returns {Promise<Document[]>} */
async function documentsThatMayChange(kind, limit) {
  const { createEngine } = await import('../packages/engine/lib/index.js')
  const engine = createEngine()
  const chosen = []
  const names = (await readdir(join(corpus, kind))).sort().slice(0, limit)
  for (const path of names.map((name) => join(corpus, kind, name))) {
    const { reason } = await engine.compress(await readFile(path), { quality: 'lossless', effort: 'fast' })
    if (reason === null || reason === 'no-gain') chosen.push({ path, kind })
  }
  await engine.close()
  return chosen
}

/** @param {Contender} contender @param {string} kind @param {Document[]} documents @returns {Promise<Result>} */
async function measure(contender, kind, documents) {
  const output = join(folder, contender.key, kind)
  await rm(output, { recursive: true, force: true })
  await mkdir(output, { recursive: true })
  const jobs = documents.map(({ path }) => ({ from: path, to: join(output, basename(path)), kind }))
  const list = join(output, 'list.json')
  await writeFile(list, JSON.stringify(jobs))
  const script = fileURLToPath(new URL('lib/contender-run.mjs', import.meta.url))
  const { cpuMs, code, output: said } = await measureNode([script, contender.key, list], { cwd: repository })
  if (code !== 0) throw new Error(`${contender.name} ended with ${code}: ${said}`)
  /** @type {Result} */
  const result = { contender, kind, cpuMs, before: 0, after: 0, scores: [], different: [] }
  for (const { from, to } of jobs) {
    const [before, after] = (await Promise.all([stat(from), stat(to)])).map(({ size }) => size)
    result.before += before
    result.after += Math.min(before, after)
    if (after >= before) continue
    const { scores, isSame } = await compare(from, to, kind)
    result.scores.push(...scores)
    if (!isSame) result.different.push(basename(from))
  }
  return result
}

/** @param {string} source @param {string} result @param {string} kind */
async function compare(source, result, kind) {
  const [a, b] = kind === 'pdf' ? [source, result] : await print(source, result)
  if (a === undefined || b === undefined) return { scores: [], isSame: a === b }
  const [before, after] = await Promise.all([a, b].map(readPdf))
  const isSame = before.pages === after.pages && before.text === after.text && before.extras === after.extras
  return { scores: await scorePages(a, b, before.pages), isSame: isSame && (after.isSound || !before.isSound) }
}

/** @param {string} source @param {string} result */
async function print(source, result) {
  const printed = []
  for (const [file, place] of [source, result].map((file, index) => [file, join(folder, `printed-${index}`)])) {
    await rm(place, { recursive: true, force: true })
    await mkdir(place, { recursive: true })
    printed.push(await printOffice(file, place))
  }
  return printed
}

/** @param {Result[]} results */
function resultTable(results) {
  const head = ['contender', 'bytes', 'of source', 'lowest page', 'mean page', 'said otherwise', 'CPU a MB']
  const rows = results.map(({ contender, before, after, cpuMs, scores, different }) => [
    contender.name,
    count(after),
    `${((100 * after) / before).toFixed(1)} %`,
    scores.length === 0 ? '–' : lowest(scores),
    scores.length === 0 ? '–' : mean(scores.filter(Number.isFinite)).toFixed(1),
    String(different.length),
    `${(cpuMs / 1000 / (before / 1e6)).toFixed(1)} s`,
  ])
  return table(head, rows)
}

/** @param {number[]} scores */
function lowest(scores) {
  const least = Math.min(...scores)
  return Number.isFinite(least) ? least.toFixed(1) : 'lost'
}

/** @param {Result[]} results */
function differences(results) {
  const lines = results
    .filter(({ different }) => different.length > 0)
    .map(({ contender, different }) => `- ${contender.name}: ${different.join(', ')}`)
  return lines.length === 0 ? [] : [`Said otherwise (pages, text, fields, links, attachments):\n\n${lines.join('\n')}`]
}

/** @param {Result[]} results */
function keepsPromise(results) {
  const ours = results.filter(({ contender }) => contender.program === undefined)
  const bad = ours.filter(({ scores, different }) => different.length > 0 || scores.some((score) => score < TARGET))
  for (const { contender, kind } of bad) console.error(`${contender.name} changes what a ${kind} file says or shows.`)
  return bad.length === 0
}
