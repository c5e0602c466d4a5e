import { hash } from 'node:crypto'
import type { Receipt } from '../types.js'
import { bytesOf } from './host.js'
import type { AssetInfo } from './webpack-compiler.js'
import { isInlined, type PassedModule, passedModules } from './webpack-modules.js'
import { pathOf } from './webpack-names.js'
import type { Work } from './webpack-passed.js'
import { emittedSources, originIn, sourceIn } from './webpack-source.js'

// Files on their way out: those that passed the loader as modules are told of, all others become smaller here.

/** The files of one compilation. */
export interface Files {
  /** Swaps files for smaller ones, where they are no modules that passed the loader. A file is looked at once. */
  settle(): Promise<void>
  /** Reports everything. By now files have the names that they ship under. */
  tell(place: string): void
  /** Paths of files that are done, once all is told. */
  readonly done: ReadonlySet<string>
}

/** What is known of bytes, and of a source that has them. */
interface Known {
  readonly receipt: Receipt
  readonly source: string | null
}

export function createFiles(work: Work): Files {
  const { compiler, compilation, loading } = work
  const { session, root } = loading
  const known = new Map<string, Known[]>()
  const digests = new Map<string, string>()
  const done = new Set<string>()
  // By the time that files are looked at all modules are made, and each question about one goes a long way in Rspack.
  let modules: readonly PassedModule[] | undefined
  const passed = () => (modules ??= [...passedModules(work)])
  // Those of loaders are there before anything is looked at.
  let emitted: ReadonlyMap<string, string> | undefined
  return { settle, tell, done }

  function sourceOf(name: string, info: AssetInfo): string | null {
    const source = sourceIn(info, work)
    if (source !== null) return source
    emitted ??= emittedSources(work)
    return emitted.get(name) ?? null
  }

  async function settle(): Promise<void> {
    for (const { receipt, source } of passed()) learn(receipt, source)
    const names = Object.keys(compilation.assets).filter((name) => session.wants(pathOf(name)) && !digests.has(name))
    await Promise.all(names.map(settleFile))
  }

  async function settleFile(name: string): Promise<void> {
    const file = compilation.getAsset(name)
    if (!file || isDone(file.info)) return
    const bytes = bytesOf(file.source.source())
    const digest = digestOf(bytes)
    digests.set(name, digest)
    if (known.has(digest)) return
    const source = sourceOf(name, file.info)
    const shrunk = await session.shrink({ path: pathOf(name), source, origin: originIn(file.info), bytes })
    if (!shrunk.receipt) return
    learn(shrunk.receipt, source)
    digests.set(name, shrunk.receipt.digest)
    if (shrunk.bytes) compilation.updateAsset(name, rawSource(shrunk.bytes), { minimized: true })
  }

  function rawSource({ buffer, byteOffset, byteLength }: Uint8Array) {
    return new compiler.webpack.sources.RawSource(Buffer.from(buffer, byteOffset, byteLength))
  }

  function learn(receipt: Receipt, source: string | null): void {
    const alike = known.get(receipt.digest) ?? []
    if (!alike.some((other) => other.source === source)) known.set(receipt.digest, [...alike, { receipt, source }])
  }

  function tell(place: string): void {
    const told = new Set<string>()
    for (const name of Object.keys(compilation.assets)) if (session.wants(pathOf(name))) told.add(tellFile(name, place))
    const counts = new Map<string, number>()
    for (const module of passed()) {
      // The report keeps what it was told of code that is not made anew.
      if (module.isOld || !isInlined(module, work, told)) continue
      const { source, receipt } = module
      const count = (counts.get(source) ?? 0) + 1
      counts.set(source, count)
      session.tell({ path: count === 1 ? source : `${source}#${count}`, source, origin: 'inline' }, root, receipt)
    }
  }

  /** @returns The digest of the file. */
  function tellFile(name: string, place: string): string {
    const file = compilation.getAsset(name)
    if (!file) return ''
    const { info } = file
    // The bundler may have renamed it, by a hash of what it became. Rspack copies the bytes when it is asked for `source`.
    const digest = digests.get(name) ?? digestOf(bytesOf(file.source.source()))
    const path = pathOf(name)
    const alike = known.get(digest)
    if (alike || digests.has(name) || isDone(info)) done.add(path)
    const source = sourceOf(name, info)
    const from = alike?.find((other) => other.source === source) ?? alike?.[0]
    if (from) session.tell({ path, source: source ?? from.source, origin: originIn(info) }, place, from.receipt)
    return digest
  }
}

/**
 * Whether another plugin made a file as small as it can. Of copies it is said to keep minimizers of scripts away, also of
 * whole folders, as Docusaurus does.
 */
function isDone({ minimized, copied }: AssetInfo): boolean {
  return minimized === true && copied !== true
}

function digestOf(bytes: Uint8Array): string {
  return `sha256-${hash('sha256', bytes)}`
}
