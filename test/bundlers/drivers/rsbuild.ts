import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRsbuild, logger, type RsbuildPlugin } from '@rsbuild/core'
import type { Options } from 'unplugin-compress-fast'
import compress from 'unplugin-compress-fast/rsbuild'
import type { Driver, Neighbour } from '../driver.js'

function neighbourPlugins(root: string, neighbours: readonly Neighbour[]): RsbuildPlugin[] {
  const plugins: Record<Neighbour, RsbuildPlugin[]> = {
    emits: [
      {
        name: 'emits',
        setup(api) {
          api.processAssets({ stage: 'additional' }, async ({ compilation, sources }) => {
            compilation.emitAsset('emitted.jpg', new sources.RawSource(await readFile(join(root, 'extra/emitted.jpg'))))
          })
        },
      },
    ],
    'emits-late': [
      {
        name: 'emits-late',
        setup(api) {
          api.processAssets({ stage: 'summarize' }, async ({ compilation, sources }) => {
            compilation.emitAsset('late.jpg', new sources.RawSource(await readFile(join(root, 'extra/late.jpg'))))
          })
        },
      },
    ],
    // That is what the public folder is for.
    copies: [],
  }
  return neighbours.flatMap((name) => plugins[name])
}

function create(root: string, options: Options, outDirs: readonly string[], neighbours: readonly Neighbour[]) {
  const environments = outDirs.map((dir, index) => [
    `part${index}`,
    { output: { distPath: { root: dir, image: 'assets', svg: 'assets', assets: 'assets' } } },
  ])
  return createRsbuild({
    cwd: root,
    rsbuildConfig: {
      source: { entry: { index: './src/main.js' } },
      server: { publicDir: neighbours.includes('copies') && { name: 'static' } },
      output: {
        dataUriLimit: 0,
        filename: { image: '[name].[contenthash:8][ext]', svg: '[name].[contenthash:8].svg' },
      },
      environments: Object.fromEntries(environments),
      performance: { printFileSize: false },
      plugins: [compress(options), neighbourPlugins(root, neighbours)],
    },
  })
}

export const rsbuildDriver: Driver = {
  name: 'Rsbuild',
  async build(root, { options, outDirs, neighbours }) {
    const heard = listen()
    try {
      const rsbuild = await create(root, options, outDirs, neighbours)
      const { stats, close } = await rsbuild.build()
      await close()
      const { warnings = [] } = stats?.toJson({ all: false, warnings: true }) ?? {}
      return [...new Set([...heard.warnings, ...warnings.map((warning) => warning.message)])]
    } catch (error) {
      // Rsbuild throws that something failed, and says to its logger what it was.
      throw new Error(heard.errors.join('\n'), { cause: error })
    } finally {
      heard.stop()
    }
  },
  async watch(root, options) {
    const heard = listen()
    const rsbuild = await create(root, options, ['dist'], [])
    const { close } = await rsbuild.build({ watch: true })
    return {
      async close() {
        await close()
        heard.stop()
      },
    }
  },
}

/** Rsbuild has one logger for all. */
function listen() {
  const warnings: string[] = []
  const errors: string[] = []
  const { level, warn, error } = logger
  logger.level = 'warn'
  logger.override({
    warn: (message) => void warnings.push(String(message)),
    error: (message) => void errors.push(String(message)),
  })
  return {
    warnings,
    errors,
    stop() {
      logger.level = level
      logger.override({ warn, error })
    },
  }
}
