import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Report } from 'unplugin-compress-fast'
import { npm } from '../../scripts/packages/npm.mjs'
import { packAll, repository } from '../../scripts/packages/pack.mjs'

const run = promisify(execFile)

/** A user's project: the packed packages as npm installs them, in a folder that knows nothing of the repository. */
export interface Consumer {
  readonly root: string
  write(files: Readonly<Record<string, string>>): Promise<void>
  /** Runs the command of an installed package in a process of its own; what it printed, or an error that holds it. */
  command(bin: string, ...args: readonly string[]): Promise<string>
  npm(...args: readonly string[]): Promise<string>
  report(path: string): Promise<Report>
  /** Bytes of each file in a folder by its name, a hash in it removed. */
  sizes(folder: string): Promise<Record<string, number>>
}

/** Packs every package once. Returns what a `package.json` says to depend on the tarballs. */
export async function packDependencies(folder: string): Promise<Record<string, string>> {
  const packed = await packAll(folder)
  return Object.fromEntries(packed.map(({ name, tarball }) => [name, `file:${tarball.replaceAll('\\', '/')}`]))
}

/** The exact version that the repository has installed, which npm therefore has in its cache. */
export async function installedVersion(name: string): Promise<string> {
  const path = join(repository, 'node_modules', name, 'package.json')
  return JSON.parse(await readFile(path, 'utf8')).version
}

/** Installs into an empty temporary folder, the way most users do, and without anybody's scripts. */
export async function createConsumer(devDependencies: Readonly<Record<string, string>>): Promise<Consumer> {
  const root = await temporaryFolder()
  await writeFile(join(root, 'package.json'), JSON.stringify({ private: true, type: 'module', devDependencies }))
  await npm(['install', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: root })
  return {
    root,
    npm: (...args) => npm(args, { cwd: root }),
    write: (files) => writeFiles(root, files),
    command: (bin, ...args) => command(root, bin, args),
    report: async (path) => JSON.parse(await readFile(join(root, path), 'utf8')),
    sizes: (folder) => sizesIn(join(root, folder)),
  }
}

/** A temporary folder; the caller removes it. */
export function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'compress-fast-packed-'))
}

/** Removes a temporary folder. Windows may hold a binary for a moment after the process that loaded it is gone. */
export function removeFolder(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true, maxRetries: 10 })
}

/** Puts fixtures of the repository into a project. */
export async function copyFixtures(root: string, targets: Readonly<Record<string, string>>): Promise<void> {
  for (const [target, fixture] of Object.entries(targets)) {
    await mkdir(join(root, target, '..'), { recursive: true })
    await copyFile(join(repository, 'test/fixtures', fixture), join(root, target))
  }
}

async function writeFiles(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(root, path, '..'), { recursive: true })
    await writeFile(join(root, path), text)
  }
}

async function command(root: string, bin: string, args: readonly string[]): Promise<string> {
  // The test runner's NODE_ENV is `test`, and a cache folder of the environment would let results of other runs in.
  const env: NodeJS.ProcessEnv = { ...process.env, NODE_ENV: 'production', NO_COLOR: '1' }
  delete env['COMPRESS_FAST_CACHE_DIR']
  try {
    const script = join(root, 'node_modules', bin)
    const { stdout, stderr } = await run(process.execPath, [script, ...args], { cwd: root, env, maxBuffer: 2 ** 26 })
    return stdout + stderr
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`${bin} ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error })
  }
}

async function sizesIn(folder: string): Promise<Record<string, number>> {
  const sizes: Record<string, number> = {}
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const { byteLength } = await readFile(join(entry.parentPath, entry.name))
    sizes[entry.name.replace(/-[\w-]{8}(?=\.\w+$)/, '')] = byteLength
  }
  return sizes
}
