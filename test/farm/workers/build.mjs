// Runs `build` of Farm as its command line does, for a site in the folder that is given, with options given as JSON.
import { join } from 'node:path'
import { build } from '@farmfe/core'
import compress from 'unplugin-compress-fast/farm'

const [, , root = '', options = '{}', compilation = '{}'] = process.argv
const settings = { progress: false, presetEnv: false, persistentCache: false, output: { path: join(root, 'dist') } }

await build({
  root,
  plugins: [
    compress({
      effort: 'fast',
      cache: { dir: join(root, '.cache') },
      report: { json: join(root, 'report.json') },
      ...JSON.parse(options),
    }),
  ],
  compilation: { ...settings, ...JSON.parse(compilation) },
})
