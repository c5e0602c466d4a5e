import { join } from 'node:path'
import { build, type JsPlugin, Logger, type UserConfig } from '@farmfe/core'
import type { Options } from 'unplugin-compress-fast'
import compress from 'unplugin-compress-fast/farm'
import {
  assertWarnings,
  type Built,
  type Files,
  forgetProcess,
  read,
  siteFolder,
  testOptions,
  writeFiles,
} from '../site.js'

/** A site in a temporary folder, with its own cache and Farm's. */
export interface Site {
  readonly root: string
  write(files: Files): Promise<void>
  /** Builds as in a process of its own. */
  build(setup?: Setup): Promise<Built>
}

export interface Setup {
  readonly options?: Options
  readonly plugins?: readonly JsPlugin[]
  readonly vitePlugins?: readonly object[]
  readonly compilation?: UserConfig['compilation']
  /** Warnings that are expected, by a part of their text. Any other warning fails the test. */
  readonly expectWarnings?: readonly string[]
}

/** Remembers what it is told, and throws where Farm would end the process. */
export class RecordingLogger extends Logger {
  readonly infos: string[] = []
  readonly warnings: string[] = []
  readonly errors: string[] = []

  override info(message: string): void {
    this.infos.push(message)
  }

  override warn(message: string): void {
    this.warnings.push(message)
  }

  override error(message: string | Error, options?: { exit?: boolean }): void {
    const text = String(message)
    if (options?.exit) throw new Error(text)
    this.errors.push(text)
  }
}

/** Makes a site; it is removed when the test ends. */
export async function createSite(files: Files): Promise<Site> {
  const root = await siteFolder()
  const site: Site = { root, write: (more) => writeFiles(root, more), build: (setup) => buildSite(root, setup) }
  await site.write({ 'package.json': '{"name":"site","type":"module"}', ...files })
  return site
}

/** Farm's settings that all tests share: an own output and cache, and nothing that needs packages beside the site. */
export function compilationOf(
  root: string,
  more: UserConfig['compilation'] = {},
): NonNullable<UserConfig['compilation']> {
  const output = { path: join(root, 'dist'), ...more.output }
  const persistentCache = { cacheDir: join(root, '.farm') }
  return { progress: false, presetEnv: false, persistentCache, ...more, output }
}

/** The plugin with the settings that all tests share: an own cache, a quick engine, a report. */
export function plugin(root: string, options: Options = {}): JsPlugin[] {
  return compress(testOptions(root, options))
}

async function buildSite(root: string, setup: Setup = {}): Promise<Built> {
  const { options, plugins = [], vitePlugins = [], compilation = {}, expectWarnings = [] } = setup
  forgetProcess()
  const logger = new RecordingLogger()
  const all = { plugins: [plugin(root, options), ...plugins], vitePlugins: [...vitePlugins] }
  await build({ root, logger, ...all, compilation: compilationOf(root, compilation) })
  assertWarnings([...logger.warnings, ...logger.errors], expectWarnings)
  return read(compilation.output?.path ?? join(root, 'dist'), join(root, 'report.json'), logger.warnings, logger.infos)
}
