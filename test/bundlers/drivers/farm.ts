import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { build, type JsPlugin, type UserConfig, watch } from '@farmfe/core'
import type { Options } from 'unplugin-compress-fast'
import compress from 'unplugin-compress-fast/farm'
import { RecordingLogger } from '../../farm/harness.js'
import { createEnds, type Driver, type Neighbour } from '../driver.js'

function neighbourPlugins(root: string, neighbours: readonly Neighbour[]): JsPlugin[] {
  const emits = (name: string): JsPlugin => ({
    name: `emits-${name}`,
    finalizeResources: {
      async executor({ resourcesMap }) {
        const bytes = [...(await readFile(join(root, 'extra', name)))]
        const resource = { name, bytes, emitted: false, resourceType: 'jpg', origin: { type: 'Module', value: '' } }
        return { ...resourcesMap, [name]: resource } as typeof resourcesMap
      },
    },
  })
  const plugins: Record<Neighbour, JsPlugin[]> = {
    emits: [emits('emitted.jpg')],
    'emits-late': [{ ...emits('late.jpg'), priority: -1000 }],
    // That is what the public folder is for.
    copies: [],
  }
  return neighbours.flatMap((name) => plugins[name])
}

function configOf(root: string, dir: string, options: Options, neighbours: readonly Neighbour[]): UserConfig {
  return {
    root,
    publicDir: neighbours.includes('copies') ? 'static' : 'public',
    plugins: [compress(options), neighbourPlugins(root, neighbours)].flat(),
    compilation: {
      progress: false,
      presetEnv: false,
      persistentCache: { cacheDir: join(root, '.farm') },
      assets: { include: ['pdf'] },
      output: { path: resolve(root, dir), assetsFilename: 'assets/[resourceName]-[hash].[ext]' },
    },
  }
}

export const farmDriver: Driver = {
  name: 'Farm',
  async build(root, { options, outDirs, neighbours }) {
    const logger = new RecordingLogger()
    for (const dir of outDirs) await build({ logger, ...configOf(root, dir, options, neighbours) })
    return [...logger.warnings, ...logger.errors]
  },
  async watch(root, options) {
    const ends = createEnds()
    const logger = new RecordingLogger()
    await watch({ logger, ...configOf(root, 'dist', options, []) })
    return { next: ends.next, close: async () => {} }
  },
}
