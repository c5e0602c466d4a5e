// Second builds of the plugin and two others, each remembering what it can.
import { readArguments } from './lib/arguments.mjs'
import { buildWithTool } from './lib/build-tool.mjs'
import { corpusFiles } from './lib/corpus.mjs'
import { seconds, table } from './lib/format.mjs'
import { median } from './lib/statistics.mjs'
import { baselines, toolProject, tools } from './lib/tools.mjs'
import { circumstances, writeSection } from './results.mjs'

/** @typedef {import('./lib/tools.mjs').Tool} Tool */
/** @typedef {{ tool: Tool, project: string, first: import('./lib/measure.mjs').Measurement, later: import('./lib/measure.mjs').Measurement[] }} Course */

/**
 * @param {string[]} args
 * @returns {Promise<boolean>}
 */
export async function run(args) {
  const { limit, runs, dry } = readArguments(args, { limit: 10_000, runs: 3 }, ['dry'])
  const files = await corpusFiles(limit)
  /** @type {Course[]} */
  const courses = []
  for (const tool of [...baselines, ...tools]) {
    const project = await toolProject(tool, files, 'cachedConfig')
    courses.push({ tool, project, first: await buildWithTool(tool, project), later: [] })
    console.log(`${tool.name}: filled its cache in ${seconds(courses[courses.length - 1].first.wallMs)}`)
  }
  // In turn, so that drift of the machine favours nobody.
  for (let round = 0; round < runs; round++) {
    for (const { tool, project, later } of courses) later.push(await buildWithTool(tool, project))
  }
  const title = `## Second builds\n\n${files.length} files of the corpus, nothing changed, caches on; median of ${runs} builds.`
  const text = [title, coursesTable(courses), await facts()].join('\n\n')
  console.log(`\n${text}`)
  if (!dry) await writeSection('peers-warm', text)
  return true
}

/** @param {Course[]} courses */
function coursesTable(courses) {
  const rows = courses.map(({ tool, first, later }) => [
    tool.name,
    seconds(first.wallMs),
    seconds(median(later.map(({ wallMs }) => wallMs))),
    seconds(median(later.map(({ cpuMs }) => cpuMs))),
  ])
  return table(['tool', 'first build, wall', 'wall', 'CPU'], rows)
}

function facts() {
  const packages = tools.flatMap((tool) => tool.packages)
  return circumstances([...new Set(['unplugin-compress-fast', '@compress-fast/engine', ...packages])])
}
