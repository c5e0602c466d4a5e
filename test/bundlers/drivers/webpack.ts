import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import * as rspack from '@rspack/core'
import { CompressFastPlugin } from 'compress-fast-webpack-plugin'
import CopyPlugin from 'copy-webpack-plugin'
import MiniCssExtractPlugin from 'mini-css-extract-plugin'
import type { Options } from 'unplugin-compress-fast'
import compressRspack from 'unplugin-compress-fast/rspack'
import webpack from 'webpack'
import type { Driver, Neighbour } from '../driver.js'

const require = createRequire(import.meta.url)

/** Emits a file of the folder `extra` at a stage of the compilation. */
class EmitPlugin {
  readonly #name: string
  readonly #stage: 'PROCESS_ASSETS_STAGE_ADDITIONAL' | 'PROCESS_ASSETS_STAGE_SUMMARIZE'

  constructor(name: string, stage: EmitPlugin['stage']) {
    this.#name = name
    this.#stage = stage
  }

  get stage() {
    return this.#stage
  }

  apply(compiler: webpack.Compiler): void {
    const { Compilation, sources } = compiler.webpack
    compiler.hooks.thisCompilation.tap('EmitPlugin', (compilation) => {
      compilation.hooks.processAssets.tapPromise({ name: 'EmitPlugin', stage: Compilation[this.#stage] }, async () => {
        const bytes = await readFile(join(compiler.context, 'extra', this.#name))
        compilation.emitAsset(this.#name, new sources.RawSource(bytes))
      })
    })
  }
}

/** What webpack and Rspack have different plugins for. */
interface Kit {
  readonly ours: (options: Options) => webpack.WebpackPluginInstance
  readonly copy: () => webpack.WebpackPluginInstance
  readonly styles: webpack.WebpackPluginInstance | undefined
  readonly styleRule: webpack.RuleSetRule
}

function configOf(root: string, outDir: string, options: Options, neighbours: readonly Neighbour[], kit: Kit) {
  const plugins: Record<Neighbour, webpack.WebpackPluginInstance> = {
    emits: new EmitPlugin('emitted.jpg', 'PROCESS_ASSETS_STAGE_ADDITIONAL'),
    'emits-late': new EmitPlugin('late.jpg', 'PROCESS_ASSETS_STAGE_SUMMARIZE'),
    copies: kit.copy(),
  }
  return {
    context: root,
    mode: 'production',
    target: 'web',
    entry: './src/main.js',
    infrastructureLogging: { level: 'error' },
    performance: { hints: false },
    output: { path: resolve(root, outDir), publicPath: '', assetModuleFilename: 'assets/[name]-[hash][ext]' },
    module: { rules: [kit.styleRule, { test: /\.(jpg|png|gif|svg|pdf)$/, type: 'asset/resource' }] },
    plugins: [kit.ours(options), ...(kit.styles ? [kit.styles] : []), ...neighbours.map((name) => plugins[name])],
  } satisfies webpack.Configuration
}

type Stats = Pick<webpack.Stats | webpack.MultiStats, 'toJson'>
type Callback = (error: Error | null | undefined, stats?: Stats) => void
interface Bundler {
  run(callback: Callback): void
  close(callback: (error?: Error | null) => void): void
}

function createDriver(
  name: string,
  kit: Kit,
  create: (configs: webpack.Configuration[]) => Bundler & { watch: (options: object, callback: Callback) => unknown },
): Driver {
  return {
    name,
    async build(root, { options, outDirs, neighbours }) {
      const bundler = create(outDirs.map((dir) => configOf(root, dir, options, neighbours, kit)))
      try {
        const stats = await new Promise<Stats>((done, failed) =>
          bundler.run((error, stats) => (error || !stats ? failed(error) : done(stats))),
        )
        return warningsOf(stats)
      } finally {
        await new Promise<void>((done, failed) => bundler.close((error) => (error ? failed(error) : done())))
      }
    },
    async watch(root, options) {
      const bundler = create([configOf(root, 'dist', options, [], kit)])
      bundler.watch({ aggregateTimeout: 20 }, (error) => {
        if (error) throw error
      })
      return { close: () => new Promise((done) => bundler.close(() => done(undefined))) }
    },
  }
}

function warningsOf(stats: Stats): string[] {
  const { errors = [], warnings = [] } = stats.toJson({ all: false, errors: true, warnings: true })
  if (errors.length > 0) throw new Error(errors.map(plain).join('\n'))
  return warnings.map(plain)
}

/** Rspack colours messages where the environment says CI. */
function plain({ message }: { message: string }): string {
  return stripVTControlCharacters(message)
}

export const webpackDriver: Driver = createDriver(
  'webpack',
  {
    ours: (options) => new CompressFastPlugin(options),
    copy: () => new CopyPlugin({ patterns: [{ from: 'static' }] }),
    styles: new MiniCssExtractPlugin({ filename: 'assets/[name].css' }),
    styleRule: { test: /\.css$/, use: [MiniCssExtractPlugin.loader, require.resolve('css-loader')] },
  },
  (configs) => webpack(configs) as never,
)

export const rspackDriver: Driver = createDriver(
  'Rspack',
  {
    ours: (options) => compressRspack(options) as never,
    copy: () => new rspack.CopyRspackPlugin({ patterns: [{ from: 'static' }] }) as never,
    styles: undefined,
    styleRule: { test: /\.css$/, type: 'css/auto' },
  },
  (configs) => rspack.rspack(configs as never) as never,
)
