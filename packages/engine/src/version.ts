import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

interface Manifest {
  readonly version?: string
  readonly config?: { readonly libvips?: string }
}

/** sharp first: its manifest says more. */
const CODECS = ['sharp', '@napi-rs/image', 'svgo'] as const

/** Counts up whenever the same codecs are asked for something else, so that results kept by a cache are made anew. */
const RECIPE = 6

let known: string | undefined

/**
 * What decides, besides input and settings, which bytes come out: this package and the codecs as they are installed,
 * and the platform, whose vector instructions round differently. Read from manifests; no codec is loaded. A manifest
 * that cannot be read counts as `unknown`.
 */
export function engineVersion(): string {
  known ??= describeVersion()
  return known
}

function describeVersion(): string {
  // Not `import.meta.dirname`: config loaders that turn modules into scripts (jiti 1) know the URL alone.
  const here = dirname(dirname(fileURLToPath(import.meta.url)))
  const own = readJson<Manifest>(join(here, 'package.json'))
  const folders = packageFolders(here)
  const manifests = CODECS.map((name) => readInstalled(folders, name))
  const codecs = CODECS.map((name, index) => `${name}@${manifests[index]?.version ?? 'unknown'}`)
  const libvips = libvipsVersion(folders) ?? manifests[0]?.config?.libvips ?? 'unknown'
  return [own?.version ?? 'unknown', `recipe@${RECIPE}`, ...codecs, `libvips@${libvips}`, platform()].join(' ')
}

function platform(): string {
  return `${process.platform}-${process.arch}`
}

/**
 * The library's own version where its package is found. Windows carries it inside sharp's binary package and a
 * system-wide one has no package at all; what sharp asks for must do then.
 */
function libvipsVersion(folders: readonly string[]): string | null {
  const sharp = folderOf(folders, 'sharp')
  const beside = sharp === null ? [] : packageFolders(sharp)
  for (const name of libvipsPackages()) {
    const versions = readFirst<{ vips?: unknown }>(beside, join(name, 'versions.json'))
    if (typeof versions?.vips === 'string') return versions.vips
  }
  return null
}

/** Which C library a Linux has shows in which package was installed. */
function libvipsPackages(): string[] {
  const kinds = process.platform === 'linux' ? ['linux', 'linuxmusl'] : [process.platform]
  return kinds.map((kind) => `@img/sharp-libvips-${kind}-${process.arch}`)
}

/** The `node_modules` folders of a folder and all above it, nearest first; asking Node for them takes ten times as long. */
function packageFolders(from: string): string[] {
  const folders: string[] = []
  for (let at = from; ; at = dirname(at)) {
    folders.push(join(at, 'node_modules'))
    if (dirname(at) === at) return folders
  }
}

/** Where a package really lies, links followed, because what it depends on lies beside that. */
function folderOf(folders: readonly string[], name: string): string | null {
  const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
  return found === undefined ? null : realpathSync.native(found)
}

function readInstalled(folders: readonly string[], name: string): Manifest | null {
  return readFirst<Manifest>(folders, join(name, 'package.json'))
}

function readFirst<T>(folders: readonly string[], path: string): T | null {
  for (const folder of folders) {
    const found = readJson<T>(join(folder, path))
    if (found !== null) return found
  }
  return null
}

/** Asks before it reads: most places hold nothing, and an error costs twenty times a look. */
function readJson<T>(path: string): T | null {
  if (!existsSync(path)) return null
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T
  } catch {
    return null
  }
}
