// Runs `build` of Farm as its command line does, for a site in the folder that is given, with options given as JSON.
// With `reader` as the last argument there is a plugin that looks at what ships.
import { join } from 'node:path'
import { build } from '@farmfe/core'
import compress from 'unplugin-compress-fast/farm'

const [, , root = '', options = '{}', compilation = '{}', reader] = process.argv
const settings = { progress: false, presetEnv: false, persistentCache: false, output: { path: join(root, 'dist') } }

const readers = [{ name: 'reader', finalizeResources: { executor: async ({ resourcesMap }) => resourcesMap } }]

await build({
  root,
  plugins: [
    compress({
      effort: 'fast',
      cache: { dir: join(root, '.cache') },
      report: { json: join(root, 'report.json') },
      ...JSON.parse(options),
    }),
    ...(reader === undefined ? [] : readers),
  ],
  compilation: { ...settings, ...JSON.parse(compilation) },
})
