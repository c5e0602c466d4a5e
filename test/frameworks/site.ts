import { execFile, spawn } from 'node:child_process'
import { cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { delimiter, join, relative, sep } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify, stripVTControlCharacters } from 'node:util'
import type { Report } from 'unplugin-compress-fast'
import { npm } from '../../scripts/packages/npm.mjs'
import { repository } from '../../scripts/packages/pack.mjs'
import { temporaryFolder } from '../packed/consumer.js'

const run = promisify(execFile)

/** A framework's example in a folder of its own, with everything installed that it asks for. */
export interface Site {
  readonly root: string
  /** Runs a command that is installed there, by default the example's own `build`; gives what it printed. */
  run(command?: string, ...args: readonly string[]): Promise<string>
  /** Compiles a file of the site as a user's editor would; what is wrong is the error's message. */
  typeCheck(path: string): Promise<string>
  /** Starts a server of the built site. */
  serve(command: string, ...args: readonly string[]): Promise<Server>
  report(): Promise<Report>
  /** All files below a folder by path. */
  files(folder: string): Promise<Map<string, Buffer>>
}

/** A running site. */
export interface Server extends AsyncDisposable {
  /** Without a slash at the end. */
  readonly origin: string
}

/** Copies an example out of the repository and installs it, our packages from their tarballs. */
export async function installExample(
  example: string,
  ours: Readonly<Record<string, string>>,
  more: Readonly<Record<string, string>> = {},
): Promise<Site> {
  const root = await temporaryFolder()
  const left = /[\\/](node_modules|dist|build|\.\w[\w-]+|compress-report\.json)$/
  await cp(join(repository, 'examples', example), root, { recursive: true, filter: (path) => !left.test(path) })
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  manifest.devDependencies = { ...manifest.devDependencies, ...more, ...newerNode(), ...ours }
  await writeFile(join(root, 'package.json'), JSON.stringify(manifest))
  await npm(['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: root })
  return {
    root,
    run: (command = 'npm', ...args) => runIn(root, command, command === 'npm' ? ['run', 'build', ...args] : args),
    typeCheck: (path) => runIn(root, 'node', [compiler, ...strict, path]),
    serve: (command, ...args) => serveFrom(root, command, args),
    report: async () => JSON.parse(await readFile(join(root, 'compress-report.json'), 'utf8')),
    files: (folder) => filesIn(join(root, folder)),
  }
}

const compiler = join(repository, 'node_modules/typescript/bin/tsc')

// The frameworks' own types are not ours to judge; ours are checked by being used.
const strict = '--noEmit --strict --skipLibCheck --target es2022 --module esnext --moduleResolution bundler'.split(' ')

/**
 * A Node that the frameworks run on, as a package whose `node` commands of the project find first. They ask for a newer
 * one than we do.
 */
function newerNode(): Record<string, string> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 22)) return {}
  const platform = process.platform === 'win32' ? 'win' : process.platform
  return { [`node-${platform}-${process.arch}`]: '22.23.3' }
}

async function runIn(root: string, command: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout, stderr } = await run(command, args, { ...settings(root), maxBuffer: 2 ** 26 })
    return stripVTControlCharacters(stdout + stderr)
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error })
  }
}

async function serveFrom(root: string, command: string, args: readonly string[]): Promise<Server> {
  const port = await freePort()
  const { env, ...where } = settings(root)
  const address = { HOST: '127.0.0.1', PORT: String(port) }
  const child = spawn(command, args, { ...where, env: { ...env, ...address }, stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const origin = `http://127.0.0.1:${port}`
  // Nothing here asserts on time: a server that never answers ends with its process or with the test.
  while (child.exitCode === null && !(await fetch(origin).catch(() => undefined))?.ok) await wait(50)
  if (child.exitCode !== null) throw new Error(`${command} ${args.join(' ')} ended with ${child.exitCode}.`)
  return {
    origin,
    async [Symbol.asyncDispose]() {
      child.kill()
      await ended
    },
  }
}

function settings(root: string): { cwd: string; env: NodeJS.ProcessEnv; shell: boolean } {
  // The test runner's NODE_ENV is `test`, and a cache folder of the environment would let results of other runs in.
  const { NODE_ENV, COMPRESS_FAST_CACHE_DIR, ...inherited } = process.env
  const PATH = [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter)
  const quiet = { NO_COLOR: '1', ASTRO_TELEMETRY_DISABLED: '1', NUXT_TELEMETRY_DISABLED: '1' }
  return { cwd: root, env: { ...inherited, PATH, ...quiet }, shell: process.platform === 'win32' }
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

async function filesIn(folder: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>()
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    files.set(relative(folder, path).replaceAll(sep, '/'), await readFile(path))
  }
  return files
}
