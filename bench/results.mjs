import { readFile, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { mebibytes } from './lib/format.mjs'
import { installed, repository } from './lib/paths.mjs'

const page = join(repository, 'bench/RESULTS.md')

const opening = `# Results

Written by the commands that \`README.md\` explains; each replaces its own section.
`

/**
 * Puts a section into \`RESULTS.md\`, in place of the one of the same name.
 * @param {string} name
 * @param {string} text Markdown.
 */
export async function writeSection(name, text) {
  const before = await readFile(page, 'utf8').catch(() => opening)
  await writeFile(page, withSection(before, name, text))
}

/** @param {string} whole @param {string} name @param {string} text */
function withSection(whole, name, text) {
  const [from, to] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const section = `${from}\n\n${text.trim()}\n\n${to}`
  const [start, end] = [whole.indexOf(from), whole.indexOf(to)]
  if (start === -1 || end < start) return `${whole.trimEnd()}\n\n${section}\n`
  return whole.slice(0, start) + section + whole.slice(end + to.length)
}

/**
 * When and on what a measurement was made: a figure without it means nothing.
 * @param {string[]} packages Whose installed versions matter.
 */
export async function circumstances(packages) {
  const versions = await Promise.all(packages.map(async (name) => `${name} ${await versionOf(name)}`))
  const [processor] = cpus()
  return [
    `${new Date().toISOString().slice(0, 10)}, ${processor?.model ?? 'unknown processor'},`,
    `${availableParallelism()} cores, ${mebibytes(totalmem())} memory, ${process.platform} ${process.arch},`,
    `Node ${process.version}; ${versions.join(', ')}.`,
  ].join(' ')
}

/** @param {string} name */
async function versionOf(name) {
  const folder = name === 'unplugin-compress-fast' ? repository : installed(name)
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')).version
}
