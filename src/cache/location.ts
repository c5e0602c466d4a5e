import { accessSync, constants, lstatSync, statSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, isAbsolute, join, resolve } from 'node:path'

/** What the choice of a folder depends on. */
export interface Surroundings {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
  /** `undefined` where the user has none, as in some containers. */
  readonly home: string | undefined
  readonly tmp: string
  /** Who runs this; `undefined` on Windows. */
  readonly uid: number | undefined
}

/** What the choice asks the file system. */
export interface Probe {
  /** What is at a path: a folder we may write to, nothing, or anything else. */
  state(path: string): 'writable' | 'missing' | 'unusable'
  exists(path: string): boolean
  /** Whether a path is a folder, not a link, that belongs to whoever runs this. */
  isOwn(path: string): boolean
}

const name = 'compress-fast'

/** The folder for a project's cache; it may not exist yet. See `chooseCacheDir`. */
export function resolveCacheDir(cwd: string, env: Readonly<Record<string, string | undefined>>): string {
  const uid = process.getuid?.()
  return chooseCacheDir({ cwd, env, platform: process.platform, home: homeOf(env), tmp: tmpdir(), uid }, disk(uid))
}

/**
 * The first that can be written to: `COMPRESS_FAST_CACHE_DIR` (relative to `cwd`, and not doubted), `node_modules/.cache`
 * of the nearest package, the operating system's folder for caches, the folder for temporary files.
 */
export function chooseCacheDir(surroundings: Surroundings, probe: Probe): string {
  const { cwd, env } = surroundings
  const wanted = env['COMPRESS_FAST_CACHE_DIR']
  if (wanted) return resolve(cwd, wanted)
  const root = packageRoot(resolve(cwd), probe)
  const system = systemCache(surroundings)
  const candidates = [root && join(root, 'node_modules', '.cache', name), system && join(system, name)]
  return candidates.find((path) => path !== undefined && canMake(path, probe)) ?? temporary(surroundings, probe)
}

function packageRoot(folder: string, probe: Probe): string | undefined {
  if (probe.exists(join(folder, 'package.json'))) return folder
  const parent = dirname(folder)
  return parent === folder ? undefined : packageRoot(parent, probe)
}

function systemCache({ env, platform, home }: Surroundings): string | undefined {
  if (platform === 'win32') return env['LOCALAPPDATA'] || (home && join(home, 'AppData', 'Local'))
  // The XDG Base Directory Specification says to ignore relative paths.
  const xdg = env['XDG_CACHE_HOME']
  if (xdg && isAbsolute(xdg)) return xdg
  return home && (platform === 'darwin' ? join(home, 'Library', 'Caches') : join(home, '.cache'))
}

/** Others may write to the folder for temporary files too, so what is there under our name need not be ours. */
function temporary({ tmp, uid }: Surroundings, probe: Probe): string {
  const path = join(tmp, uid === undefined ? name : `${name}-${uid}`)
  return !probe.exists(path) || probe.isOwn(path) ? path : `${path}-${process.pid}-${Date.now()}`
}

function canMake(path: string, probe: Probe): boolean {
  const state = probe.state(path)
  const parent = dirname(path)
  return state === 'missing' && parent !== path ? canMake(parent, probe) : state === 'writable'
}

function disk(uid: number | undefined): Probe {
  return {
    state(path) {
      try {
        if (!statSync(path).isDirectory()) return 'unusable'
        accessSync(path, constants.W_OK)
        return 'writable'
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'missing' : 'unusable'
      }
    },
    exists: (path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined,
    isOwn(path) {
      const stats = lstatSync(path, { throwIfNoEntry: false })
      return stats?.isDirectory() === true && (uid === undefined || stats.uid === uid)
    },
  }
}

function homeOf(env: Readonly<Record<string, string | undefined>>): string | undefined {
  try {
    return env['HOME'] || homedir()
  } catch {
    return undefined
  }
}
