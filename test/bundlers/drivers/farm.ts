import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type JsPlugin } from '@farmfe/core'
import compress from 'unplugin-compress-fast/farm'
import { RecordingLogger } from '../../farm/harness.js'
import type { Driver, Neighbour } from '../driver.js'

async function contentOf(root: string, name: string): Promise<number[]> {
  return [...(await readFile(join(root, 'extra', name)))]
}

function neighbourPlugins(root: string, neighbours: readonly Neighbour[]): JsPlugin[] {
  const plugins: Record<Neighbour, JsPlugin[]> = {
    emits: [
      {
        name: 'emits',
        transform: {
          filters: { resolvedPaths: ['main\\.js$'] },
          async executor(_, context) {
            const name = 'emitted.jpg'
            const content = await contentOf(root, name)
            context?.emitFile({ resolvedPath: name, name, content, resourceType: 'jpg' })
            return null
          },
        },
      },
    ],
    'emits-late': [
      {
        name: 'emits-late',
        priority: -100,
        finalizeResources: {
          async executor({ resourcesMap }) {
            const name = 'late.jpg'
            const bytes = await contentOf(root, name)
            const origin = { type: 'Module', value: name } as const
            return { ...resourcesMap, [name]: { name, bytes, emitted: false, resourceType: 'jpg', origin } }
          },
        },
      },
    ],
    // That is what the public folder is for.
    copies: [],
  }
  return neighbours.flatMap((name) => plugins[name])
}

// Farm's own cache drops files that other plugins emit, which is not what is looked at here.
const compilation = { progress: false, presetEnv: false, persistentCache: false, assets: { include: ['pdf'] } }
const output = { assetsFilename: 'assets/[resourceName]-[hash].[ext]' }

export const farmDriver: Driver = {
  name: 'Farm',
  async build(root, { options, outDirs, neighbours }) {
    const logger = new RecordingLogger()
    const plugins = [compress(options), neighbourPlugins(root, neighbours)].flat()
    const publicDir = neighbours.includes('copies') ? 'static' : 'public'
    for (const dir of outDirs) {
      const path = resolve(root, dir)
      await build({ root, logger, plugins, publicDir, compilation: { ...compilation, output: { ...output, path } } })
    }
    return [...logger.warnings, ...logger.errors]
  },
  // Farm never stops watching, so that takes a process of its own.
  async watch(root, options) {
    const worker = fileURLToPath(new URL('../../farm/workers/build.mjs', import.meta.url))
    const settings = { ...compilation, watch: true, output: { ...output, path: join(root, 'dist') } }
    const args = [worker, root, JSON.stringify(options), JSON.stringify(settings)]
    const child: ChildProcess = spawn(process.execPath, args, { stdio: 'ignore', cwd: root })
    return {
      async close() {
        child.kill('SIGKILL')
        await once(child, 'close')
      },
    }
  },
}
