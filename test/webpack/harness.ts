import { join } from 'node:path'
import { CompressFastPlugin, type Options } from 'compress-fast-webpack-plugin'
import type { Configuration, MultiStats, Stats } from 'webpack'
import { assertWarnings, type Built, type Files, read, siteFolder, testOptions, writeFiles } from '../site.js'

/** What is called of a bundler here, in webpack's types. Rspack's are other types of the same things. */
export interface Bundler {
  (configuration: Configuration): Compiler<Stats>
  (configurations: Configuration[]): Compiler<MultiStats>
}

interface Compiler<Result> {
  outputFileSystem: unknown
  run(done: (error: Error | null, stats?: Result) => void): void
  watch(options: { aggregateTimeout: number }, done: (error: Error | null, stats?: Result) => void): Watching
  close(done: (error?: Error | null) => void): void
}

interface Watching {
  close(done: (error?: Error | null) => void): void
}

export interface Kind {
  readonly name: 'webpack' | 'Rspack'
  load(): Promise<Bundler>
}

export const kinds: readonly Kind[] = [
  { name: 'webpack', load: async () => (await import('webpack')).default as unknown as Bundler },
  { name: 'Rspack', load: async () => (await import('@rspack/core')).rspack as unknown as Bundler },
]

/** A site in a temporary folder, with its own cache. */
export interface Site {
  readonly root: string
  write(files: Files): Promise<void>
  build(setup?: Setup): Promise<Built>
}

export interface Setup {
  readonly options?: Options
  readonly config?: Configuration
  /** Warnings that are expected, by a part of their text. Any other warning fails the test. */
  readonly expectWarnings?: readonly string[]
}

/** Makes a site; it is removed when the test ends. */
export async function createSite({ load }: Kind, files: Files): Promise<Site> {
  const root = await siteFolder()
  const bundler = await load()
  const site: Site = { root, write: (more) => writeFiles(root, more), build }
  await site.write({ 'package.json': '{"type":"module"}', ...files })
  return site

  async function build({ options, config = {}, expectWarnings = [] }: Setup = {}): Promise<Built> {
    const infos: string[] = []
    const stats = await run(bundler, configOf(root, config, options, infos))
    const { errors = [], warnings = [] } = stats.toJson({ all: false, errors: true, warnings: true })
    const [error] = errors
    if (error) throw new Error(error.message)
    const messages = warnings.map(({ message }) => message)
    assertWarnings(messages, expectWarnings)
    return read(join(root, 'dist'), join(root, 'report.json'), messages, infos)
  }
}

/** The plugin with the settings that all tests share: an own cache, a quick engine, a report. */
export function plugin(root: string, options: Options = {}): CompressFastPlugin {
  return new CompressFastPlugin(testOptions(root, options))
}

/** A configuration as users write it, with images that are inlined when they are small. */
export function configOf(
  root: string,
  { plugins = [], output, module, ...more }: Configuration,
  options?: Options,
  infos: string[] = [],
): Configuration {
  const rules = [{ test: /\.(png|jpe?g|gif|webp|avif|svg)$/, type: 'asset' }]
  const stream = { write: (text: string) => void infos.push(text) } as unknown as NodeJS.WritableStream
  return {
    mode: 'production',
    context: root,
    entry: './main.js',
    devtool: false,
    performance: false,
    output: { path: join(root, 'dist'), clean: true, ...output },
    module: { rules, ...module },
    plugins: [plugin(root, options), ...plugins],
    infrastructureLogging: { stream },
    ...more,
  }
}

export async function run(bundler: Bundler, configuration: Configuration): Promise<Stats>
export async function run(bundler: Bundler, configuration: Configuration[]): Promise<MultiStats>
export async function run(
  bundler: Bundler,
  configuration: Configuration | Configuration[],
): Promise<Stats | MultiStats> {
  // One call, as overloads are not looked up by members of a union.
  const compiler = bundler(configuration as Configuration)
  const stats = await new Promise<Stats>((resolve, reject) => {
    compiler.run((error, result) => (result ? resolve(result) : reject(error)))
  })
  await new Promise<void>((resolve, reject) => {
    compiler.close((error) => (error ? reject(error) : resolve()))
  })
  return stats
}
