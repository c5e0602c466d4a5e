import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { createLogger, createRsbuild, type Logger, type RsbuildPlugin } from '@rsbuild/core'
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

interface Settings {
  readonly options: Options
  readonly outDirs: readonly string[]
  readonly neighbours: readonly Neighbour[]
  readonly logger: Logger
}

function create(root: string, { options, outDirs, neighbours, logger }: Settings) {
  const environments = outDirs.map((dir, index) => [
    `part${index}`,
    { output: { distPath: { root: dir, image: 'assets', svg: 'assets', assets: 'assets' } } },
  ])
  return createRsbuild({
    cwd: root,
    rsbuildConfig: {
      customLogger: logger,
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
  async build(root, setup) {
    const { logger, warnings, errors } = recordingLogger()
    try {
      const rsbuild = await create(root, { ...setup, logger })
      const { close } = await rsbuild.build()
      await close()
      return warnings
    } catch (cause) {
      // Rsbuild throws that something failed, and prints what it was.
      throw new Error(errors.join('\n'), { cause })
    }
  },
  async watch(root, options) {
    const { logger } = recordingLogger()
    const rsbuild = await create(root, { options, outDirs: ['dist'], neighbours: [], logger })
    return rsbuild.build({ watch: true })
  },
}

/** A logger that remembers what goes wrong without its colours, which a CI gets, and is silent. */
function recordingLogger() {
  const warnings: string[] = []
  const errors: string[] = []
  const logger = createLogger({ level: 'warn' })
  logger.override({
    warn: (message) => void warnings.push(stripVTControlCharacters(String(message))),
    error: (message) => void errors.push(stripVTControlCharacters(String(message))),
  })
  return { logger, warnings, errors }
}
