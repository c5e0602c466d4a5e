// What `compress-fast` takes for files that it has seen, beside reading and hashing them in plain Node.
import { existsSync } from 'node:fs'
import { cp, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readArguments } from './lib/arguments.mjs'
import { measureNode } from './lib/measure.mjs'
import { repository } from './lib/paths.mjs'
import { median } from './lib/statistics.mjs'
import { warmProject } from './lib/warm-project.mjs'
import { circumstances, writeSection } from './results.mjs'

const program = join(repository, 'packages/cli/lib/cli.js')

/** At most so many times as long as plain Node. */
const limit = 1.3

/** The least that anybody has to do who wants to know whether files are those of before. */
const plain = `
const { readdirSync, readFileSync } = require('node:fs')
const { hash } = require('node:crypto')
for (const name of readdirSync('dist')) hash('sha256', readFileSync('dist/' + name))
`

/**
 * @param {string[]} args
 * @returns {Promise<boolean>} Whether the limit was kept.
 */
export async function run(args) {
  const { runs, images, dry } = readArguments(args, { runs: 9, images: 1000 }, ['dry'])
  const project = await compressedProject(images)
  const rounds = []
  for (let round = 0; round < runs; round++) {
    rounds.push({
      plain: await measured(['--eval', plain], project),
      // As a second run in place, which reads, hashes and looks up, and writes nothing.
      ours: await measured([program, 'dist', '--quiet'], project),
    })
  }
  const text = table(rounds, images, await circumstances(['unplugin-compress-fast', '@compress-fast/engine']))
  console.log(text)
  if (!dry) await writeSection('cli', text)
  return ratio(rounds, 'cpuMs') <= limit
}

/** @typedef {import('./lib/measure.mjs').Measurement} Measurement */
/** @typedef {{ plain: Measurement, ours: Measurement }} Round */

/** @param {string[]} args @param {string} cwd */
async function measured(args, cwd) {
  const measurement = await measureNode(args, { cwd })
  if (measurement.code !== 0) throw new Error(`It ended with ${measurement.code}:\n${measurement.output}`)
  return measurement
}

/** A folder of results, and a cache that knows them; kept for the next run. @param {number} images */
async function compressedProject(images) {
  const project = await warmProject(images)
  const dist = join(project, 'dist')
  if (!existsSync(dist)) {
    await rm(`${dist}-new`, { recursive: true, force: true })
    await cp(join(project, 'src/img'), `${dist}-new`, { recursive: true })
    await writeFile(join(project, 'package.json'), '{ "private": true }\n')
    await measured([program, 'dist-new', '--quiet'], project)
    await rename(`${dist}-new`, dist)
  }
  await measured([program, 'dist', '--quiet'], project)
  return project
}

/** The middle of all rounds, each side beside what ran right before it. @param {Round[]} rounds @param {'wallMs' | 'cpuMs'} field */
function ratio(rounds, field) {
  return median(rounds.map(({ ours, plain }) => ours[field] / plain[field]))
}

/** @param {Round[]} rounds @param {number} images @param {string} facts */
function table(rounds, images, facts) {
  /** @param {'plain' | 'ours'} side @param {'wallMs' | 'cpuMs'} field */
  const cell = (side, field) => `${Math.round(median(rounds.map((round) => round[side][field])))} ms`
  return `## The command line, warm

${images} files of about 25 KB that were compressed before; ${rounds.length} rounds, medians. ${facts}

| | CPU | wall |
|---|---|---|
| read and hash in plain Node | ${cell('plain', 'cpuMs')} | ${cell('plain', 'wallMs')} |
| \`compress-fast dist\` | ${cell('ours', 'cpuMs')} | ${cell('ours', 'wallMs')} |
| ratio (at most ${limit}) | ${ratio(rounds, 'cpuMs').toFixed(2)} | ${ratio(rounds, 'wallMs').toFixed(2)} |
`
}
