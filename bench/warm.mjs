// What the plugin adds to a build in which every image was compressed before.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readArguments } from './lib/arguments.mjs'
import { checkNotice } from './lib/codecs.mjs'
import { buildWarm, bundlers } from './lib/warm-build.mjs'
import { fillCache, measureWarm } from './lib/warm-measure.mjs'
import { warmProject } from './lib/warm-project.mjs'
import { detailText, overviewText } from './lib/warm-tables.mjs'
import { circumstances, writeSection } from './results.mjs'

const known = /** @type {Bundler[]} */ (Object.keys(bundlers))

/** @typedef {import('./lib/warm-build.mjs').Bundler} Bundler */
/** @typedef {import('./lib/warm-measure.mjs').Measured} Measured */

/**
 * @param {string[]} args
 * @returns {Promise<boolean>} Whether all limits were kept.
 */
export async function run(args) {
  const amounts = { runs: 9, images: 1000 }
  const { all, only, dry, profile, ...given } = readArguments(args, amounts, ['all', 'dry', 'profile'], { only: known })
  const [first, ...others] = all ? known : [only ?? 'vite']
  const project = await warmProject(given.images)
  await checkNotice(project)
  await fillCache(project, first, given.images)
  /** @type {Measured[]} */
  const measured = []
  for (const bundler of [first, ...others]) measured.push(await measureWarm(project, bundler, given))
  const text = [
    heading(all, given),
    all ? overviewText(measured) : detailText(measured[0]),
    await facts([first, ...others]),
  ].join('\n\n')
  console.log(`\n${text}`)
  if (profile) for (const { bundler } of measured) await printProfile(project, bundler)
  if (!dry && (all || first === 'vite')) await writeSection(all ? 'warm-all' : 'warm', text)
  return measured.every(({ faults }) => faults.length === 0)
}

/** @param {boolean} all @param {{ images: number, runs: number }} amounts */
function heading(all, { images, runs }) {
  const title = all ? 'Warm build, by bundler' : 'Warm build'
  const pairs = `${runs} pairs of builds${all ? ' each' : ''}`
  return `## ${title}\n\n${images} images of about 50 KB, half JPEG and half PNG, ${pairs}.`
}

/** @param {Bundler[]} measured */
function facts(measured) {
  const packages = measured.flatMap((bundler) => bundlers[bundler].packages)
  return circumstances([...new Set(['unplugin-compress-fast', '@compress-fast/engine', ...packages])])
}

/** @param {string} project @param {Bundler} bundler */
async function printProfile(project, bundler) {
  const { profileLines } = await import('./lib/profile.mjs')
  const folder = join(project, `profile-${bundler}`)
  await rm(folder, { recursive: true, force: true })
  const node = ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--cpu-prof-interval=200']
  await buildWarm(project, bundler, 'plugin', { node })
  console.log(`\n${bundlers[bundler].name}\n\n${(await profileLines(folder)).join('\n')}`)
  console.log(`\nProfile for a browser's developer tools: ${folder}`)
}
