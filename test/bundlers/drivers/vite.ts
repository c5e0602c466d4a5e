import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import compress from 'unplugin-compress-fast/vite'
import * as vite from 'vite'
import { recordingLogger } from '../../vite/harness.js'
import type { Driver, Neighbour } from '../driver.js'

function neighbourPlugins(root: string, neighbours: readonly Neighbour[]): vite.Plugin[] {
  const plugins: Record<Neighbour, vite.Plugin[]> = {
    emits: [
      {
        name: 'emits',
        async generateBundle() {
          const source = await readFile(join(root, 'extra/emitted.jpg'))
          this.emitFile({ type: 'asset', fileName: 'emitted.jpg', source })
        },
      },
    ],
    'emits-late': [
      {
        name: 'emits-late',
        enforce: 'post',
        async writeBundle({ dir = '.' }) {
          await copyFile(join(root, 'extra/late.jpg'), join(dir, 'late.jpg'))
        },
      },
    ],
    // That is what the public folder is for.
    copies: [],
  }
  return neighbours.flatMap((name) => plugins[name])
}

export const viteDriver: Driver = {
  name: 'Vite',
  async build(root, { options, outDirs, neighbours }) {
    const { logger, warnings } = recordingLogger(vite)
    const [outDir = 'dist', ...more] = outDirs
    const output = more.length === 0 ? {} : outDirs.map((dir) => ({ dir: join(root, dir) }))
    await vite.build({
      root,
      configFile: false,
      customLogger: logger,
      publicDir: neighbours.includes('copies') ? 'static' : false,
      plugins: [compress(options), neighbourPlugins(root, neighbours)],
      // Small files are files here as well.
      build: { outDir, assetsInlineLimit: 0, rollupOptions: { output } },
    })
    return warnings
  },
  async watch(root, options) {
    const { logger } = recordingLogger(vite)
    const config = { root, configFile: false as const, customLogger: logger, plugins: [compress(options)] }
    const watcher = await vite.build({ ...config, build: { watch: {} } })
    if (!('close' in watcher)) throw new Error('Vite did not watch.')
    return watcher
  },
}
