import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Options, Report } from 'unplugin-compress-fast'
import { objection } from '../../dist/pipeline/judge.js'
import { expectNoKey, filesBelow, pathsBelow } from './canary.js'
import { smallPng } from './server.js'

const worker = fileURLToPath(new URL('./workers/build.mjs', import.meta.url))

/** A folder of images and a cache, which is built in processes of its own. */
export interface Project {
  readonly root: string
  /** The images by name. */
  readonly sources: ReadonlyMap<string, Buffer>
  start(service: { url: string; key: string }, options?: Options): Build
  /** Output by name of source; hashes are taken off. */
  outputs(): Map<string, Buffer>
  report(): Promise<Report>
  /** Ends it, and fails when a key can be read in what builds left. */
  remove(): Promise<void>
}

/** A build under way. */
export interface Build {
  readonly process: ChildProcess
  /** Resolves when it is about to begin. */
  readonly ready: Promise<unknown>
  /** Rejects when a key was printed. */
  readonly ended: Promise<{ code: number | null; output: string }>
}

export async function createProject(images: number, first = 0): Promise<Project> {
  const root = await mkdtemp(join(tmpdir(), 'compress-fast-service-'))
  await mkdir(join(root, 'src'))
  await writeFile(join(root, 'package.json'), '{"type":"module"}')
  const sources = new Map<string, Buffer>()
  for (let number = 0; number < images; number++) {
    const name = `image-${String(number).padStart(3, '0')}.png`
    const bytes = await smallPng(first + number)
    sources.set(name, bytes)
    await writeFile(join(root, 'src', name), bytes)
  }
  return {
    root,
    sources,
    start({ url, key }, more = {}) {
      const options: Options = {
        engine: 'api',
        cache: { dir: join(root, '.cache') },
        report: { json: join(root, 'report.json') },
        ...more,
      }
      const env = { ...process.env, TOOLS_FAST_API_KEY: key, COMPRESS_FAST_URL: url, CI: '1', NO_COLOR: '1' }
      const child = fork(worker, [JSON.stringify({ root, options })], { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
      const output: string[] = []
      for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => output.push(String(chunk)))
      const ended = once(child, 'close').then(([code]) => {
        expectNoKey('what a build printed', [output.join('')])
        return { code: code as number | null, output: output.join('') }
      })
      return { process: child, ready: Promise.race([once(child, 'message'), ended]), ended }
    },
    outputs: () =>
      new Map(
        pathsBelow(join(root, 'dist')).flatMap((path) => {
          const name = /(image-\d+)-[\w-]+\.png$/.exec(path)?.[1]
          return name === undefined ? [] : [[`${name}.png`, readFileSync(path)]]
        }),
      ),
    report: async () => JSON.parse(await readFile(join(root, 'report.json'), 'utf8')) as Report,
    async remove() {
      expectNoKey('the output, cache, ledger or report of a build', filesBelow(root))
      await rm(root, { recursive: true, force: true })
    },
  }
}

/** What must not have happened to any image: lost, grown, broken, or another picture. */
export function faultsOf({ sources, outputs }: Project): string[] {
  const shipped = outputs()
  return [...sources].flatMap(([name, source]) => {
    const output = shipped.get(name)
    if (output === undefined) return `${name} is missing`
    if (output.equals(source)) return []
    if (output.byteLength >= source.byteLength) return `${name} grew`
    const why = objection('png', source, output)
    return why === null ? [] : `${name}: ${why}`
  })
}
