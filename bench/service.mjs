// How close builds come to what the service's limits allow: one alone, and three that share an account.
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createKey, createServer } from '@compress-fast/server'
import { delayOf } from '../packages/server/dist/jobs/delay.js'
import { readArguments } from './lib/arguments.mjs'
import { change, seconds, table } from './lib/format.mjs'
import { repository, workFolder } from './lib/paths.mjs'
import { serviceProject } from './lib/service-project.mjs'
import { circumstances, writeSection } from './results.mjs'

/** How long jobs are held back, and how many of an account run at once. */
const delay = { least: 1000, most: 3000 }
const running = 6

/**
 * What is asked of each: time against the bound, and share of submits refused.
 * @type {Record<string, { builds: number, time: number, refused: number }>}
 */
const limits = {
  alone: { builds: 1, time: 1.1, refused: 0 },
  'three builds together': { builds: 3, time: 1.2, refused: 0.05 },
}

/** @typedef {{ title: string, files: number, bound: number, makespan: number, submits: number, refused: number, polls: number, pollsRefused: number, failed: number }} Measured */

/**
 * @param {string[]} args
 * @returns {Promise<boolean>} Whether all limits were kept.
 */
export async function run(args) {
  const { files, dry } = readArguments(args, { files: 200 }, ['dry'])
  /** @type {Measured[]} */
  const measured = []
  for (const [title, { builds }] of Object.entries(limits)) measured.push(await measure(title, builds, files))
  const faults = measured.flatMap(faultsOf)
  const text = [
    '## Builds through the service',
    `${files} small PNG a build, each held back for ${delay.least / 1000} to ${delay.most / 1000} s by the server's \`delay\`, ${running} of an account at once. The bound is all of these delays divided by ${running}; the time is from the first submit to the end of the last job, the jobs' own work included.`,
    tableOf(measured),
    faults.length === 0 ? 'All limits were kept.' : faults.join('\n'),
    await circumstances(['unplugin-compress-fast', '@compress-fast/engine', 'undici', 'rollup']),
  ].join('\n\n')
  console.log(`\n${text}`)
  if (!dry) await writeSection('service', text)
  return faults.length === 0
}

/**
 * @param {string} title
 * @param {number} builds
 * @param {number} files Each.
 * @returns {Promise<Measured>}
 */
async function measure(title, builds, files) {
  const data = join(workFolder, 'service-data')
  await rm(data, { recursive: true, force: true })
  /** @type {{ route?: string, status?: number, at: number }[]} */
  const requests = []
  const log = (/** @type {string} */ line) => requests.push({ ...JSON.parse(line), at: performance.now() })
  const server = await createServer({ data, port: 0, effort: 'fast', delay, log })
  const accountId = randomUUID()
  await server.store.createAccount({ id: accountId, name: 'bench', credits: builds * files, now: Date.now() })
  const { key } = await createKey(server.store, { accountId, name: 'bench', allow: [], now: Date.now() })
  const projects = []
  for (let build = 0; build < builds; build++) projects.push(await serviceProject(`${build}`, files, build * files))
  await Promise.all(projects.map(({ folder }) => buildOnce(folder, server.url, key)))
  await server.close()

  const digests = projects.flatMap((project) => project.digests)
  const bound = digests.reduce((sum, inputDigest) => sum + delayOf({ inputDigest }, delay), 0) / running
  const reports = await Promise.all(projects.map(({ folder }) => readFile(join(folder, 'report.json'), 'utf8')))
  const failed = reports.reduce((sum, text) => sum + files - JSON.parse(text).totals.compressed, 0)
  const submits = requests.filter(({ route }) => route === 'POST /compress')
  const polls = requests.filter(({ route }) => route === 'GET /compress/job/:id')
  const downloads = requests.filter(({ route }) => route === 'GET /compress/job/:id/download')
  const makespan = Math.max(...downloads.map(({ at }) => at)) - Math.min(...submits.map(({ at }) => at))
  const refused = (/** @type {typeof requests} */ of) => of.filter(({ status }) => status === 429).length
  return {
    title,
    files: digests.length,
    bound,
    makespan,
    submits: submits.length,
    refused: refused(submits),
    polls: polls.length,
    pollsRefused: refused(polls),
    failed,
  }
}

/** @param {string} folder @param {string} url @param {string} key */
async function buildOnce(folder, url, key) {
  const options = JSON.stringify({
    engine: 'api',
    cache: { dir: '.cache' },
    report: { terminal: false, json: 'report.json' },
  })
  const env = { ...process.env, COMPRESS_FAST_URL: url, TOOLS_FAST_API_KEY: key }
  const script = join(repository, 'bench/lib/run-bundler.mjs')
  const child = spawn(process.execPath, [script, 'rollup', 'dist', options], { cwd: folder, env, stdio: 'inherit' })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`A build ended with code ${code}.`)
}

/** @param {Measured[]} measured */
function tableOf(measured) {
  const head = [
    '',
    'files',
    'bound',
    'time',
    'over the bound',
    'submits',
    'refused',
    'polls',
    'refused',
    'not compressed',
  ]
  return table(
    head,
    measured.map((of) => [
      of.title,
      String(of.files),
      seconds(of.bound),
      seconds(of.makespan),
      change(of.makespan / of.bound),
      String(of.submits),
      String(of.refused),
      String(of.polls),
      String(of.pollsRefused),
      String(of.failed),
    ]),
  )
}

/** @param {Measured} of */
function faultsOf({ title, makespan, bound, submits, refused, pollsRefused, failed }) {
  const limit = limits[title]
  return [
    ...(makespan > bound * limit.time ? [`${title}: more than ${limit.time} times the bound.`] : []),
    ...(refused > submits * limit.refused
      ? [`${title}: more than ${limit.refused * 100} % of submits were refused.`]
      : []),
    ...(pollsRefused > 0 ? [`${title}: polls were refused.`] : []),
    ...(failed > 0 ? [`${title}: ${failed} files were not compressed.`] : []),
  ]
}
