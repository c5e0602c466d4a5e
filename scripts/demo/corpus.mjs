import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { compareImages } from './compare.mjs'
import { buildOptions, shippedImages, writeSite } from './site.mjs'

const repository = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Builds a site of all corpus images, then compares each shipped file with its source without using any of the project's
 * own code. Sets the exit code to 1 when something is off.
 *
 * @param {{ fresh: boolean, only: string }} options `only` is a part of the paths to take
 * @returns {Promise<string | null>} the report's path
 */
export async function runCorpus({ fresh, only }) {
  const corpus = join(repository, '../shared/corpus')
  if (!existsSync(corpus)) {
    console.error(`No corpus at ${corpus}. Put a folder of images there, or run without --corpus.`)
    process.exitCode = 1
    return null
  }
  const root = await mkdtemp(join(tmpdir(), 'compress-fast-corpus-'))
  const report = join(repository, 'node_modules/.cache/compress-fast-corpus-report.json')
  try {
    const images = await writeSite(root, corpus, only)
    const { default: compress } = await import('vite-plugin-compress-fast')
    const cache = fresh ? false : { dir: join(repository, 'node_modules/.cache/compress-fast') }
    await build(
      buildOptions(root, compress({ cache, report: { json: report, html: report.replace(/json$/, 'html') } })),
    )
    await check(await shippedImages(root, images))
    await tellOutcomes(report)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
  return report
}

/** @param {import('./site.mjs').Shipped[]} shipped */
async function check(shipped) {
  /** @type {Map<string, { files: number, before: number, after: number }>} */
  const kinds = new Map()
  let wrong = 0
  for (const image of shipped) {
    const { kind, problems, notes } = await compareImages(image.source, image.result)
    const sum = kinds.get(kind) ?? { files: 0, before: 0, after: 0 }
    kinds.set(kind, {
      files: sum.files + 1,
      before: sum.before + image.source.length,
      after: sum.after + image.result.length,
    })
    for (const note of notes) console.log(`note   ${image.path}: ${note}`)
    for (const problem of problems) console.error(`WRONG  ${image.path}: ${problem}`)
    if (problems.length > 0) wrong += 1
  }
  tellKinds(kinds)
  console.log(
    wrong > 0
      ? `${wrong} of ${shipped.length} shipped images are wrong`
      : `all ${shipped.length} shipped images are right`,
  )
  if (wrong > 0 || shipped.length === 0) process.exitCode = 1
}

/** @param {Map<string, { files: number, before: number, after: number }>} kinds */
function tellKinds(kinds) {
  const all = [...kinds.values()].reduce((sum, kind) => ({
    files: sum.files + kind.files,
    before: sum.before + kind.before,
    after: sum.after + kind.after,
  }))
  console.log('\nkind     files       before        after   saved')
  for (const [kind, { files, before, after }] of [...kinds].sort().concat([['all', all]])) {
    const saved = before > 0 ? (100 * (1 - after / before)).toFixed(1) : '0.0'
    console.log(`${kind.padEnd(8)} ${pad(files, 5)} ${pad(before, 12)} ${pad(after, 12)} ${pad(saved, 6)}%`)
  }
}

/** @param {number | string} value @param {number} width */
function pad(value, width) {
  return String(value).padStart(width)
}

/** Counts of what the report says, by outcome and reason. @param {string} report */
async function tellOutcomes(report) {
  const { assets, totals } = JSON.parse(await readFile(report, 'utf8'))
  /** @type {Map<string, number>} */
  const counts = new Map()
  for (const { outcome, reason } of assets) {
    const line = reason ? `${outcome}, ${reason}` : outcome
    counts.set(line, (counts.get(line) ?? 0) + 1)
  }
  console.log(
    `\nreport: ${totals.assets} assets, ${totals.before} to ${totals.after} bytes, ${totals.durationMs} ms, from ${JSON.stringify(totals.from)}`,
  )
  for (const [line, count] of [...counts].sort()) console.log(`${pad(count, 5)}  ${line}`)
}
