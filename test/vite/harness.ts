import { join } from 'node:path'
import type { Options } from 'unplugin-compress-fast'
import compress from 'unplugin-compress-fast/vite'
import type * as Vite from 'vite'
import { assertWarnings, type Built, type Files, read, siteFolder, testOptions, writeFiles } from '../site.js'

/** The Vites that are supported, each under its own name. */
export const vites: { name: string; load: () => Promise<typeof Vite> }[] = [
  { name: 'Vite 8', load: () => import('vite') },
  { name: 'Vite 7', load: () => import('vite7') as Promise<unknown> as Promise<typeof Vite> },
  { name: 'Vite 6', load: () => import('vite6') as Promise<unknown> as Promise<typeof Vite> },
]

/** A site in a temporary folder, with its own cache. */
export interface Site {
  readonly root: string
  write(files: Files): Promise<void>
  build(setup?: Setup): Promise<Built>
}

export interface Setup {
  readonly options?: Options
  readonly config?: Vite.InlineConfig
  /** Warnings that are expected, by a part of their text. Any other warning fails the test. */
  readonly expectWarnings?: readonly string[]
}

/** Makes a site; it is removed when the test ends. */
export async function createSite(vite: typeof Vite, files: Files): Promise<Site> {
  const root = await siteFolder()
  const site: Site = { root, write: (more) => writeFiles(root, more), build: (setup) => build(vite, root, setup) }
  await site.write({ 'package.json': '{"type":"module"}', ...files })
  return site
}

/** The plugin with the settings that all tests share: an own cache, a quick engine, a report. */
export function plugin(root: string, options: Options = {}): Vite.Plugin[] {
  return compress(testOptions(root, options))
}

/** A logger that remembers. */
export function recordingLogger(vite: typeof Vite): { logger: Vite.Logger; warnings: string[]; infos: string[] } {
  const warnings: string[] = []
  const infos: string[] = []
  const logger = vite.createLogger('info')
  logger.info = (message) => void infos.push(message)
  logger.warn = (message) => void warnings.push(message)
  logger.warnOnce = (message) => void warnings.push(message)
  logger.error = (message) => void warnings.push(message)
  return { logger, warnings, infos }
}

async function build(vite: typeof Vite, root: string, setup: Setup = {}): Promise<Built> {
  const { options, config = {}, expectWarnings = [] } = setup
  const { logger, warnings, infos } = recordingLogger(vite)
  const { plugins = [], ...rest } = config
  await vite.build({
    root,
    configFile: false,
    customLogger: logger,
    plugins: [plugin(root, options), plugins],
    ...rest,
  })
  assertWarnings(warnings, expectWarnings)
  return read(join(root, rest.build?.outDir ?? 'dist'), join(root, 'report.json'), warnings, infos)
}
