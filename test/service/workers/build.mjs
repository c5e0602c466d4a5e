// Builds all images of a folder with Rollup and the service, as a process that can be killed.
//   node build.mjs <JSON of { root, options }>
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { rollup } from 'rollup'
import compress from 'unplugin-compress-fast/rollup'

const { root, options } = JSON.parse(process.argv[2])
const names = readdirSync(join(root, 'src')).toSorted()

const images = {
  name: 'images',
  resolveId: (id) => (id === 'entry' ? id : null),
  load: (id) => (id === 'entry' ? 'export default 1' : null),
  buildStart() {
    for (const name of names) {
      this.emitFile({ type: 'asset', name, source: readFileSync(join(root, 'src', name)) })
    }
  },
}

process.chdir(root)
process.send?.('ready')
const bundle = await rollup({ input: 'entry', plugins: [images, compress(options)] })
await bundle.write({ dir: join(root, 'dist') })
await bundle.close()
process.disconnect?.()
