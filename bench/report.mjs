// How fast the report's page opens, and answers the first key, when it is about many files.
import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readArguments } from './lib/arguments.mjs'
import { mebibytes, table } from './lib/format.mjs'
import { openReport } from './lib/open-report.mjs'
import { workFolder } from './lib/paths.mjs'
import { reportPage } from './lib/report-page.mjs'
import { median } from './lib/statistics.mjs'
import { circumstances, writeSection } from './results.mjs'

/** Milliseconds until everything is there, at most. */
const limit = 1000

/** @typedef {import('./lib/open-report.mjs').Opening} Opening */

/**
 * @param {string[]} args
 * @returns {Promise<boolean>} Whether the limit was kept.
 */
export async function run(args) {
  const { runs, files, dry } = readArguments(args, { runs: 9, files: 2000 }, ['dry'])
  const folder = join(workFolder, 'report')
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  /** @type {string[][]} */
  const rows = []
  let slowest = 0
  for (const isIllustrated of [false, true]) {
    const { page, pictures } = await reportPage(files, isIllustrated)
    const path = join(folder, isIllustrated ? 'pictures.html' : 'plain.html')
    await writeFile(path, page)
    /** @type {Opening[]} */
    const openings = []
    // The first one reads the browser from disk.
    for (let round = 0; round <= runs; round++) openings.push(await openReport(path))
    const { size } = await stat(path)
    rows.push([pictures === 0 ? 'none' : String(pictures), mebibytes(size), ...cells(openings.slice(1))])
    slowest = Math.max(slowest, median(openings.slice(1).map(({ load }) => load)))
  }
  const text = await section(files, runs, rows, slowest)
  console.log(text)
  if (!dry) await writeSection('report', text)
  return slowest <= limit
}

/** @param {Opening[]} openings */
function cells(openings) {
  const fields = /** @type {const} */ ([
    'firstPaint',
    'contentLoaded',
    'load',
    'firstKey',
    'nextKey',
    'mainThread',
    'cpu',
  ])
  return fields.map((field) => `${Math.round(median(openings.map((opening) => opening[field])))} ms`)
}

/** @param {number} files @param {number} runs @param {string[][]} rows @param {number} slowest */
async function section(files, runs, rows, slowest) {
  const head = [
    'pictures',
    'page',
    'first paint',
    'content loaded',
    'loaded',
    'first key',
    'next key',
    'main thread',
    'CPU',
  ]
  const share = `The slower one takes ${Math.round((100 * slowest) / limit)} % of the ${limit} ms that it may take`
  return `## The report's page

${files} files, opened from disk in Chromium, ${runs} times each, medians. ${share}.

${table(head, rows)}

${await circumstances(['unplugin-compress-fast', 'playwright-core'])}`
}
