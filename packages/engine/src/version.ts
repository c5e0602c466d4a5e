import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

interface Manifest {
  readonly name?: string
  readonly version?: string
  readonly config?: { readonly libvips?: string }
}

const CODECS = ['sharp', '@napi-rs/image', 'svgo'] as const

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
  const require = createRequire(import.meta.url)
  const own = manifestAbove(import.meta.dirname, '@compress-fast/engine')
  const codecs = CODECS.map((name) => `${name}@${installed(require, name)?.version ?? 'unknown'}`)
  return [own?.version ?? 'unknown', ...codecs, `libvips@${libvipsVersion(require)}`, platform()].join(' ')
}

function platform(): string {
  return `${process.platform}-${process.arch}`
}

/** Resolving finds the entry file without running it; the manifest lies above. */
function installed(require: NodeJS.Require, name: string): Manifest | null {
  try {
    return manifestAbove(dirname(require.resolve(name)), name)
  } catch {
    return null
  }
}

/** The library's own version where its package is found, else what sharp asks for. */
function libvipsVersion(require: NodeJS.Require): string {
  try {
    const fromSharp = createRequire(require.resolve('sharp'))
    const versions: unknown = JSON.parse(readFileSync(fromSharp.resolve(`${libvipsPackage()}/versions`), 'utf8'))
    const { vips } = versions as { vips?: unknown }
    if (typeof vips === 'string') return vips
  } catch {
    // Windows carries the library inside sharp's binary package; a system-wide one has no package at all.
  }
  return installed(require, 'sharp')?.config?.libvips ?? 'unknown'
}

function libvipsPackage(): string {
  const musl = process.platform === 'linux' && !hasGlibc() ? 'musl' : ''
  return `@img/sharp-libvips-${process.platform}${musl}-${process.arch}`
}

function hasGlibc(): boolean {
  const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: string } }
  return header?.glibcVersionRuntime !== undefined
}

function manifestAbove(folder: string, name: string): Manifest | null {
  for (let at = folder; ; at = dirname(at)) {
    const manifest = readManifest(join(at, 'package.json'))
    if (manifest?.name === name) return manifest
    if (dirname(at) === at) return null
  }
}

function readManifest(path: string): Manifest | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Manifest
  } catch {
    return null
  }
}
