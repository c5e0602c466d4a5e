// Builds a real site with the plugin and shows what it did.
//   node scripts/demo.mjs                       examples/vite
//   node scripts/demo.mjs --corpus              a site of every image in ../shared/corpus, each result checked with sharp
//     --only <text>                             only files whose path has the text, such as gif-edge
//     --fresh                                   without results of earlier builds
//     --json <file>                             copies the report there
import { copyFile, readFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from 'vite'
import { runCorpus } from './demo/corpus.mjs'

const { values: flags } = parseArgs({
  options: {
    corpus: { type: 'boolean' },
    fresh: { type: 'boolean' },
    only: { type: 'string' },
    json: { type: 'string' },
  },
})
const report = flags.corpus
  ? await runCorpus({ fresh: flags.fresh ?? false, only: flags.only ?? '' })
  : await runExample()
if (report && flags.json) await copyFile(report, flags.json)

/** Builds the example as its user would, and says where to look. Returns the report's path. */
async function runExample() {
  const root = fileURLToPath(new URL('../examples/vite', import.meta.url))
  await build({ root })
  const path = `${root}/compress-report.json`
  const { totals } = JSON.parse(await readFile(path, 'utf8'))
  console.log(`\nReport: ${here(path)}   Site: ${here(`${root}/dist`)}`)
  if (totals.from.engine > 0) console.log('Run it again: what was compressed now comes from the cache then.')
  return path
}

/** @param {string} path */
function here(path) {
  return relative(process.cwd(), path)
}
