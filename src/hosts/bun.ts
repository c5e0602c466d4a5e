import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname, extname, normalize, resolve } from 'node:path'
import type { Receipt } from '../types.js'
import { isInside, relativeTo } from '../util/path.js'
import { compressQueryFilter, takeCompressQuery } from './compress-query.js'
import { sweepDirectory, sweepNamedDirs } from './directory.js'
import { fileFilter } from './esbuild-loaders.js'
import { createSpelledWishes } from './esbuild-wishes.js'
import type { AssetSession, Logger, OpenSession } from './host.js'
import { noteImport } from './importers.js'

/** What is used of Bun's `PluginBuilder`, whose types come with Bun alone. */
export interface BunBuild {
  readonly config: { readonly outdir?: string; readonly loader?: Readonly<Record<string, string>> }
  onStart(callback: () => void): void
  onResolve(where: { filter: RegExp }, callback: (args: ResolveArgs) => { path: string } | undefined): void
  onLoad(
    where: { filter: RegExp; namespace: string },
    callback: (args: { readonly path: string }) => Promise<{ contents: Uint8Array; loader: 'file' } | undefined>,
  ): void
  onEnd(callback: (result: BunResult) => Promise<void>): void
}

interface ResolveArgs {
  readonly path: string
  readonly importer: string
}

interface BunResult {
  readonly success: boolean
  /** Files on disk, or in memory for builds without `outdir`. */
  readonly outputs: readonly { readonly path: string; arrayBuffer(): Promise<ArrayBuffer> }[]
}

interface Loaded {
  readonly source: string
  readonly receipt: Receipt
}

declare const Bun: { resolveSync(specifier: string, folder: string): string }

/**
 * Sets a build of Bun up. Its plugins are like esbuild's: files shrink when they are loaded, and Bun names, inlines and
 * writes what ships. What came into the output folder otherwise is looked at when the build ends; but all plugins'
 * `onEnd` run at once, so that what another one puts there by then may come too late.
 */
export function setupBun(build: BunBuild, open: OpenSession): void {
  const root = process.cwd()
  const session = open(root, logger)
  const wishes = createSpelledWishes()
  const seen = new Map<string, string>()
  const loaded: Loaded[] = []
  const { outdir, loader: loaders = {} } = build.config
  const place = outdir === undefined ? root : resolve(root, outdir)
  let since = 0

  build.onStart(() => {
    session.begin(place, 'whole')
    loaded.length = 0
    since = Date.now()
  })
  build.onResolve({ filter: compressQueryFilter }, ({ path, importer }) => {
    const query = takeCompressQuery(path)
    if (!query) return undefined
    note(query.specifier, importer)
    const file = Bun.resolveSync(query.specifier, importer === '' ? root : dirname(importer))
    if (!isOurs(file)) return { path: file }
    return { path: wishes.spell(file, session.wishOf(query.value, relativeTo(root, importer))) }
  })
  if (session.wantsImporters) {
    build.onResolve({ filter: fileFilter({}, session.wants) }, ({ path, importer }) => note(path, importer))
  }
  build.onLoad({ filter: fileFilter({}, session.wants), namespace: 'file' }, load)
  build.onEnd(async (result) => {
    try {
      // Builds that failed have nothing to show.
      if (result.success) await settleOutputs(result)
    } finally {
      await session.finish(place)
    }
  })

  /** Notes who imports what. What cannot be found is Bun's to tell. */
  function note(specifier: string, importer: string): undefined {
    if (importer === '' || !session.wantsImporters) return
    try {
      noteImport(session, root, Bun.resolveSync(specifier, dirname(importer)), [importer])
    } catch {
      // As above.
    }
  }

  /** Images and documents are files to Bun, unless the user wants them read as something else. */
  function isOurs(path: string): boolean {
    return session.wants(path) && (loaders[extname(path)] ?? 'file') === 'file'
  }

  async function load({ path }: { readonly path: string }): ReturnType<Parameters<BunBuild['onLoad']>[1]> {
    if (!isOurs(path)) return undefined
    const file = normalize(path)
    const bytes = await readFile(file).catch(() => undefined)
    // Bun says best why a file cannot be read.
    if (!bytes) return undefined
    const source = relativeTo(root, file)
    const asset = { path: source, source, origin: 'bundle', wish: wishes.of(path), bytes } as const
    const { bytes: smaller, receipt } = await session.shrink(asset)
    if (receipt) loaded.push({ source, receipt })
    return smaller && { contents: smaller, loader: 'file' }
  }

  async function settleOutputs({ outputs }: BunResult): Promise<void> {
    const done = await tellOfLoaded(outputs, session)
    // A folder that holds the project is full of what is not for us to touch.
    if (outdir !== undefined && !isInside(place, root)) {
      const originOf = () => ({ origin: 'folder', source: null }) as const
      await sweepDirectory({ dir: place, done, seen, since, spare: [], originOf }, session)
    }
    await sweepNamedDirs({ root, place, seen, done }, session)
  }

  /** Reports where loaded files ended, which their bytes tell. Those that are no files of their own were inlined. */
  async function tellOfLoaded(outputs: BunResult['outputs'], { tell, wants }: AssetSession): Promise<Set<string>> {
    const done = new Set<string>()
    const inlined = new Set(loaded)
    for (const output of outputs) {
      const path = relativeTo(place, output.path).replace(/^\.\//, '')
      if (!wants(path)) continue
      const digest = createHash('sha256').update(new Uint8Array(await output.arrayBuffer()))
      const shipped = `sha256-${digest.digest('hex')}`
      const alike = loaded.filter(({ receipt }) => receipt.digest === shipped)
      const [file] = alike
      if (!file) continue
      tell({ path, source: file.source, origin: 'bundle' }, place, file.receipt)
      done.add(path)
      for (const other of alike) inlined.delete(other)
    }
    for (const { source, receipt } of inlined) tell({ path: source, source, origin: 'inline' }, place, receipt)
    return done
  }
}

const logger: Logger = {
  isQuiet: false,
  info: (message) => console.info(message),
  warn: (message) => console.warn(message),
}
