import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative, sep } from 'node:path'
import type { Options, Report } from 'unplugin-compress-fast'
import { onTestFinished } from 'vitest'

/** Files of a site by path: text as it is, `fixture('name')` for bytes. */
export type Files = Record<string, string | Uint8Array>

export async function fixture(name: string): Promise<Buffer> {
  return readFile(new URL(`./fixtures/${name}`, import.meta.url))
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

/** The settings that tests share, whatever the bundler: an own cache, a quick engine, a report. */
export function testOptions(root: string, options: Options = {}): Options {
  const cache = { dir: join(root, '.cache') }
  return { effort: 'fast', cache, report: { json: join(root, 'report.json') }, ...options }
}

/** A folder for a site, which is removed when the test ends. */
export async function siteFolder(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'compress-fast-site-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  return root
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
