import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Asset } from '../types.js'
import { relativeTo } from '../util/path.js'
import { sweepDirectory, sweepNamedDirs } from './directory.js'
import type { Logger, OpenSession } from './host.js'
import { renewTwins } from './precompressed.js'
import { vitePlugins } from './vite.js'
import { openWithin } from './within.js'

// What we use of Nuxt, spelled out so that nobody else needs its types.

/** Nuxt, as modules get it. */
export interface Nuxt {
  readonly options: {
    readonly dev: boolean
    readonly rootDir: string
    readonly builder: unknown
    readonly app: { readonly buildAssetsDir: string }
    readonly vite: { plugins?: unknown[] | undefined }
  }
  hook(name: 'build:before', handler: () => void): unknown
  hook(name: 'nitro:build:public-assets', handler: (nitro: Nitro) => Promise<void>): unknown
}

/** Nitro, which makes the output folder. */
interface Nitro {
  readonly options: {
    readonly output: { readonly publicDir: string }
    readonly publicAssets: readonly { readonly dir: string; readonly baseURL?: string | undefined }[]
  }
}

/**
 * Makes the files of a Nuxt build smaller: what Vite bundles by the Vite plugin, and the public files where Nitro
 * copies them to after that.
 */
export function addToNuxt(nuxt: Nuxt, open: OpenSession): void {
  const { dev, rootDir, builder, app, vite } = nuxt.options
  if (dev) return
  vite.plugins = [...(vite.plugins ?? []), vitePlugins(openWithin(rootDir, open))]
  let since = 0

  nuxt.hook('build:before', () => {
    since = Date.now()
  })

  nuxt.hook('nitro:build:public-assets', async (nitro) => {
    const dir = resolve(nitro.options.output.publicDir)
    const session = open(rootDir, terminal)
    session.begin(dir, 'part')
    // What Vite bundled is done, and is a line of the report already.
    const spare = builder === '@nuxt/vite-builder' ? [join(dir, app.buildAssetsDir)] : []
    const originOf = (path: string) => originIn(nitro, rootDir, path)
    const seen = new Map<string, string>()
    const publicDirs = nitro.options.publicAssets.map((folder) => folder.dir)
    await sweepDirectory({ dir, done: new Set(), seen, spare, since, originOf }, session)
    await sweepNamedDirs({ root: rootDir, place: dir, publicDirs, seen, done: new Set() }, session)
    // Nitro has precompressed what it copied before it lets anybody have a look.
    for (const path of seen.keys()) await renewTwins(path)
    await session.finish(dir)
    session.announce()
  })
}

function originIn({ options }: Nitro, rootDir: string, path: string): Pick<Asset, 'origin' | 'source'> {
  for (const { dir, baseURL = '/' } of options.publicAssets) {
    const base = `${baseURL.replace(/^\/|\/$/g, '')}/`.replace(/^\//, '')
    const source = resolve(dir, path.slice(base.length))
    if (path.startsWith(base) && existsSync(source)) return { origin: 'public', source: relativeTo(rootDir, source) }
  }
  return { origin: 'folder', source: null }
}

/** Nuxt has the console's output go through its own logger. */
const terminal: Logger = {
  isQuiet: false,
  info: (message) => console.info(message),
  warn: (message) => console.warn(message),
}
