import { hash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Origin, Receipt } from '../types.js'
import { relativeTo } from '../util/path.js'
import { bytesOf } from './host.js'
import type { AssetInfo, Compilation, Compiler } from './webpack-compiler.js'
import { keyOf, type Loading, type Passed, receiptOf, sourceOf } from './webpack-loader.js'

// Files on their way out: those that passed the loader as modules are told of, all others become smaller here.

/** What a compilation's files are worked on with. */
export interface Work {
  readonly compiler: Compiler
  readonly compilation: Compilation
  readonly loading: Loading
}

/** The files of one compilation. */
export interface Files {
  /** Swaps files for smaller ones, where they are no modules that passed the loader. A file is looked at once. */
  settle(): Promise<void>
  /** Reports everything. By now files have the names that they ship under. */
  tell(place: string): void
  /** Names of files that are done, once all is told. */
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
  return { settle, tell, done }

  async function settle(): Promise<void> {
    for (const { receipt, source } of passedModules(work)) learn(receipt, source)
    const names = Object.keys(compilation.assets).filter((name) => session.wants(name) && !digests.has(name))
    await Promise.all(names.map(settleFile))
  }

  async function settleFile(name: string): Promise<void> {
    const file = compilation.getAsset(name)
    if (!file || file.info.minimized) return
    const bytes = bytesOf(file.source.source())
    const digest = digestOf(bytes)
    digests.set(name, digest)
    if (known.has(digest)) return
    const source = sourceIn(file.info, work)
    const shrunk = await session.shrink({ path: name, source, origin: originIn(file.info), bytes })
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
    for (const name of Object.keys(compilation.assets)) if (session.wants(name)) told.add(tellFile(name, place))
    const counts = new Map<string, number>()
    for (const passed of passedModules(work)) {
      // The report keeps what it was told of code that is not made anew.
      if (passed.isOld || !isInlined(passed, work, told)) continue
      const { source, receipt } = passed
      const count = (counts.get(source) ?? 0) + 1
      counts.set(source, count)
      session.tell({ path: count === 1 ? source : `${source}#${count}`, source, origin: 'inline' }, root, receipt)
    }
  }

  /** @returns The digest of the file. */
  function tellFile(name: string, place: string): string {
    const file = compilation.getAsset(name)
    if (!file) return ''
    const { source: content, info } = file
    // The bundler may have renamed it, by a hash of what it became.
    const digest = digests.get(name) ?? digestOf(bytesOf(content.source()))
    const alike = known.get(digest)
    if (alike || digests.has(name) || info.minimized) done.add(name)
    const source = sourceIn(info, work)
    const from = alike?.find((other) => other.source === source) ?? alike?.[0]
    if (from) session.tell({ path: name, source: source ?? from.source, origin: originIn(info) }, place, from.receipt)
    return digest
  }
}

/** A module whose bytes passed the loader. */
interface PassedModule extends Passed {
  /** Whether its bytes became part of code, where the bundler says. */
  readonly isInlined?: boolean | undefined
}

/** The modules of this compilation, then those that a plugin executed on its own. */
function* passedModules(work: Work): Generator<PassedModule> {
  const seen = new Set<string>()
  for (const passed of modulesIn(work.compilation, work)) {
    seen.add(keyOf(passed))
    yield passed
  }
  for (const passed of work.loading.passed.values()) if (!seen.has(keyOf(passed))) yield passed
}

function* modulesIn(compilation: Compilation, work: Work): Generator<PassedModule> {
  const { compiler, loading } = work
  for (const module of compilation.modules) {
    const receipt = module.type.startsWith('asset') ? receiptOf(module, loading.session) : undefined
    if (!receipt) continue
    yield {
      receipt: compilation.builtModules.has(module) ? receipt : recalled(receipt, compiler),
      source: sourceOf(module, compilation.moduleGraph.getIssuer(module)?.resource, loading.root),
      type: module.type,
      isInlined: module.buildInfo?.['dataUrl'] === undefined ? undefined : module.buildInfo['dataUrl'] === true,
    }
  }
  for (const child of compilation.children) yield* modulesIn(child, work)
}

/** What there is to tell of a module that was not made in this build. */
export function recalled(receipt: Receipt, { watchMode }: Compiler): Receipt {
  return receipt.from === null ? receipt : { ...receipt, from: watchMode ? 'memory' : 'disk', ms: 0 }
}

function isInlined({ type, isInlined, receipt }: PassedModule, { compiler }: Work, told: ReadonlySet<string>): boolean {
  if (type !== 'asset') return type === 'asset/inline' || type === 'asset/bytes'
  // Rspack does not say. What it made no file of is in code, unless files are left to another build.
  return isInlined ?? (!told.has(receipt.digest) && emitsAll(compiler.options.module.rules))
}

/** Whether no rule keeps its files from being emitted, as rules of builds for servers do. */
function emitsAll(rules: readonly unknown[]): boolean {
  return (rules as readonly Rule[]).every(
    (rule) => rule?.generator?.emit !== false && emitsAll(rule?.oneOf ?? []) && emitsAll(rule?.rules ?? []),
  )
}

type Rule = {
  readonly generator?: { readonly emit?: unknown }
  readonly oneOf?: readonly unknown[]
  readonly rules?: readonly unknown[]
} | null

function originIn({ copied = false }: AssetInfo): Origin {
  return copied ? 'public' : 'bundle'
}

/** Where a file came from. The name is relative to the project root, or to the folder that a plugin copies from. */
function sourceIn({ sourceFilename }: AssetInfo, { compiler, loading }: Work): string | null {
  if (sourceFilename === undefined) return null
  const folders = [compiler.context, ...copiedFolders(compiler)]
  const path = folders.map((folder) => resolve(folder, sourceFilename)).find((path) => existsSync(path))
  return path === undefined ? null : relativeTo(loading.root, path)
}

/** The folders that Rspack's own plugin copies from. */
function* copiedFolders({ context, options: { plugins = [] } }: Compiler): Generator<string> {
  for (const plugin of plugins as readonly CopyPlugin[]) {
    if (plugin?.name !== 'CopyRspackPlugin') continue
    for (const pattern of plugin._args?.[0]?.patterns ?? []) {
      const { from, context: within = '.' } = typeof pattern === 'string' ? { from: pattern } : pattern
      yield resolve(context, within)
      yield resolve(context, within, from)
    }
  }
}

interface CopyPlugin {
  readonly name?: unknown
  readonly _args?: readonly [
    { readonly patterns?: readonly (string | { readonly from: string; readonly context?: string })[] }?,
  ]
}

function digestOf(bytes: Uint8Array): string {
  return `sha256-${hash('sha256', bytes)}`
}
