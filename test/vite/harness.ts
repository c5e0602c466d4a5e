import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative, sep } from 'node:path'
import type { Options, Report } from 'unplugin-compress-fast'
import compress from 'unplugin-compress-fast/vite'
import type * as Vite from 'vite'
import { onTestFinished } from 'vitest'

/** The Vites that are supported, each under its own name. */
export const vites: { name: string; load: () => Promise<typeof Vite> }[] = [
  { name: 'Vite 8', load: () => import('vite') },
  { name: 'Vite 7', load: () => import('vite7') as Promise<unknown> as Promise<typeof Vite> },
  { name: 'Vite 6', load: () => import('vite6') as Promise<unknown> as Promise<typeof Vite> },
]

/** Files of a site by path: text as it is, `fixture('name')` for bytes. */
export type Files = Record<string, string | Uint8Array>

export async function fixture(name: string): Promise<Buffer> {
  return readFile(new URL(`../fixtures/${name}`, import.meta.url))
}

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

/** What a build left behind. */
export interface Built {
  /** Paths in the output folder. */
  readonly files: readonly string[]
  readonly report: Report
  readonly warnings: readonly string[]
  readonly infos: readonly string[]
  /** The bytes of the one file whose path matches. */
  file(path: RegExp | string): Buffer
  /** The path that matches. */
  path(path: RegExp | string): string
  text(path: RegExp | string): string
}

/** Makes a site; it is removed when the test ends. */
export async function createSite(vite: typeof Vite, files: Files): Promise<Site> {
  const root = await mkdtemp(join(tmpdir(), 'compress-fast-site-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  const site: Site = { root, write: (more) => writeFiles(root, more), build: (setup) => build(vite, root, setup) }
  await site.write({ 'package.json': '{"type":"module"}', ...files })
  return site
}

/** Lets the next build start as in a process of its own, where only the disk cache remembers. */
export function forgetProcess(): void {
  Reflect.deleteProperty(globalThis, Symbol.for('unplugin-compress-fast/state@1'))
}

export async function writeFiles(root: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), content)
  }
}

/** The plugin with the settings that all tests share: an own cache, a quick engine, a report. */
export function plugin(root: string, options: Options = {}): Vite.Plugin[] {
  const cache = { dir: join(root, '.cache') }
  return compress({ effort: 'fast', cache, report: { json: join(root, 'report.json') }, ...options })
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

/** Fails on a warning that nobody expected, and on an expected one that did not come. */
export function assertWarnings(warnings: readonly string[], expected: readonly string[]): void {
  const unexpected = warnings.filter((warning) => !expected.some((part) => warning.includes(part)))
  const missing = expected.filter((part) => !warnings.some((warning) => warning.includes(part)))
  if (unexpected.length > 0) throw new Error(`Unexpected warnings:\n${unexpected.join('\n')}`)
  if (missing.length > 0)
    throw new Error(`Missing warnings: ${missing.join(', ')}\nThere were:\n${warnings.join('\n')}`)
}

/** Reads an output folder, as a later build may write over it. */
export async function read(
  dir: string,
  reportPath: string,
  warnings: readonly string[] = [],
  infos: readonly string[] = [],
): Promise<Built> {
  const files = await filesIn(dir)
  const contents = new Map<string, Buffer>()
  for (const file of files) contents.set(file, await readFile(join(dir, file)))
  const report: Report = await readFile(reportPath, 'utf8').then(JSON.parse, () => undefined)
  const path = (wanted: RegExp | string) => {
    const found = files.filter((file) => (typeof wanted === 'string' ? file === wanted : wanted.test(file)))
    const [only] = found
    if (only === undefined || found.length > 1) {
      throw new Error(`${wanted} matches ${found.length} of ${files.join(', ')}`)
    }
    return only
  }
  const file = (wanted: RegExp | string) => contents.get(path(wanted)) ?? Buffer.alloc(0)
  return { files, report, warnings, infos, path, file, text: (wanted) => file(wanted).toString() }
}

async function filesIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = entries.filter((entry) => entry.isFile())
  return files.map((entry) => relative(dir, join(entry.parentPath, entry.name)).replaceAll(sep, '/')).sort()
}
