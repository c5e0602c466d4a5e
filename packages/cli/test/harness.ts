import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

export const program = fileURLToPath(new URL('../lib/cli.js', import.meta.url))
const fixtures = fileURLToPath(new URL('../../../test/fixtures/', import.meta.url))

/** What a process said, and how it ended. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: Buffer
  readonly text: string
  readonly stderr: string
}

export interface Started {
  readonly process: ChildProcess
  readonly ended: Promise<Ended>
}

export interface Surroundings {
  readonly cwd: string
  readonly input?: Uint8Array
  readonly env?: NodeJS.ProcessEnv
  readonly uid?: number
}

/** Variables that would make a run of the tests in CI another one. */
const forgotten = /^(?:CI|GITHUB_ACTIONS|TF_BUILD|GITLAB_CI|TOOLS_FAST_API_KEY|COMPRESS_FAST_(?!FULL).*)$/

/** Starts the program as a process of its own. */
export function start(args: readonly string[], { cwd, input, env, uid }: Surroundings): Started {
  const plain = Object.fromEntries(Object.entries(process.env).filter(([name]) => !forgotten.test(name)))
  const identity = uid === undefined ? {} : { uid, gid: uid }
  const child = spawn(process.execPath, [program, ...args], { cwd, env: { ...plain, ...env }, ...identity })
  const [out, err]: Buffer[][] = [[], []]
  child.stdout.on('data', (chunk: Buffer) => out?.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err?.push(chunk))
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => {
      const [stdout, stderr] = [Buffer.concat(out ?? []), Buffer.concat(err ?? []).toString()]
      resolve({ code, signal, stdout, text: stdout.toString(), stderr })
    })
  })
  return { process: child, ended }
}

export function run(args: readonly string[], surroundings: Surroundings): Promise<Ended> {
  return start(args, surroundings).ended
}

/** A folder of its own with a package.json, so that the cache lies in it. It is removed when the test ends. */
export function project(): string {
  const root = mkdtempSync(join(tmpdir(), 'compress-fast-cli-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  writeFileSync(join(root, 'package.json'), '{}')
  return root
}

export function fixture(name: string): Buffer {
  return readFileSync(join(fixtures, name))
}

export function write(path: string, bytes: Uint8Array | string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, bytes)
}

/** Puts fixtures into a folder. */
export function addFixtures(folder: string, names: readonly string[]): void {
  for (const name of names) cpSync(join(fixtures, name), join(folder, name))
}

/** A drawing that becomes smaller, another one for each number. */
export function drawing(number: number): string {
  const shapes = Array.from({ length: 12 }, (_, index) => {
    const [x, y] = [(index * 7.123456 + number).toFixed(6), (index * 3.654321).toFixed(6)]
    return `  <!-- shape ${index} -->\n  <rect id="shape-${index}" x="${x}" y="${y}" width="10.000000" height="10.000000" style="fill:#ff0000"/>\n`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200" viewBox="0 0 300 200">\n${shapes.join('')}</svg>\n`
}

/** All files below a folder, by path. */
export function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort()
}

/** Bytes of all files below a folder, by path. */
export function contentsOf(folder: string): Map<string, Buffer> {
  return new Map(filesIn(folder).map((path) => [path, readFileSync(join(folder, path))]))
}

/** What would tell that a file was written: when, which and what. */
export function looksOf(folder: string): Record<string, string> {
  return Object.fromEntries(
    filesIn(folder).map((path) => {
      const { ino, size, mtimeMs, ctimeMs } = statSync(join(folder, path))
      return [path, `${ino} ${size} ${mtimeMs} ${ctimeMs}`]
    }),
  )
}
