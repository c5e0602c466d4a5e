import type { Receipt, Wish } from '../types.js'
import { relativeTo } from '../util/path.js'
import type { AssetSession } from './host.js'
import type { AssetName, Compilation, Compiler, Module } from './webpack-compiler.js'

// What passed the loader: how the loader finds the build it works for, and how the build learns what became of modules.

/** A build, as the loader finds it on the compiler. */
export interface Loading {
  readonly session: AssetSession
  readonly root: string
  /** Whether what is built is served and never shipped. */
  readonly isServing: () => boolean
  /** Names that single rules give to their files, where the bundler does not tell the loader. */
  readonly names: readonly AssetName[]
  /** The modules that hold data URIs, by URI: bundlers do not all know them while modules are being made. */
  readonly holders: Map<string, string>
  /** What passed the loader in this process, by module. Those that others execute while they build are only here. */
  readonly passed: Map<string, Passed>
  /** What modules are to become that ask for different things and go to one file. */
  readonly agreed: Map<string, Wish>
}

/** Bytes that passed the loader, and what became of them. Plain data, which bundlers can keep. */
export interface Passed {
  readonly receipt: Receipt
  readonly source: string
  /** The type of the module; `asset/inline` also for code of a loader that inlines. */
  readonly type: string
  readonly wish?: Wish
  /** Which of the names that rules give. */
  readonly nameIndex?: number
  /** Whether that was in an earlier build of this process. */
  readonly isOld?: boolean
}

// A symbol of the process: bundlers load loaders on their own, as another copy of this module perhaps.
const symbol: unique symbol = Symbol.for('unplugin-compress-fast/webpack@1')

interface Holder {
  [symbol]?: Map<string, Loading>
}

/** What a compilation's files are worked on with. */
export interface Work {
  readonly compiler: Compiler
  readonly compilation: Compilation
  readonly loading: Loading
}

/** What makes the results of a session differ from those of another. */
export function identityOf({ settingsDigest, inline }: AssetSession): string {
  const digest = settingsDigest.slice(0, 16)
  return inline ? digest : `${digest}-files`
}

export function register(compiler: Holder | Compiler, loading: Loading): void {
  const holder = compiler as Holder
  holder[symbol] ??= new Map()
  holder[symbol].set(identityOf(loading.session), loading)
}

/** The build that a loader works for. */
export function loadingOf(compiler: Compiler | undefined, identity: string): Loading | undefined {
  const holder: Holder | undefined = compiler?.root
  return holder?.[symbol]?.get(identity)
}

/** What passed the loader as this module, or while it was made. */
export function notesOf({ buildInfo }: Module, session: AssetSession): readonly Passed[] {
  return (buildInfo?.[noteName(session)] as Passed[] | undefined) ?? []
}

/** Notes what passed with a module, where the bundler's caches keep it. */
export function keepNotes(module: Module, notes: readonly Passed[], session: AssetSession): void {
  if (module.buildInfo) module.buildInfo[noteName(session)] = notes
}

function noteName(session: AssetSession): string {
  return `compress-fast ${identityOf(session)}`
}

/** Notes what became of a module's bytes. */
export function note(module: Module, passed: Passed, { passed: all, session }: Loading): void {
  all.set(module.identifier(), passed)
  keepNotes(module, [passed], session)
}

/**
 * Where a module came from.
 * @param holder The module that imports it, which is where data in a URI comes from.
 */
export function sourceOf({ matchResource, resource = '' }: Module, holder: string | undefined, root: string): string {
  const path = isDataUri(resource) ? (holder ?? 'data:') : (matchResource ?? resource)
  return relativeTo(root, pathOf(path))
}

/** The path in a resource. A mark before `?` and `#` says that they are part of a name: NUL in webpack, U+200B in Rspack. */
function pathOf(resource: string): string {
  return resource.replace(/(?<![\0\u200b])[?#].*$/s, '').replace(/[\0\u200b](?=[?#])/g, '')
}

export function isDataUri(resource: string): boolean {
  return resource.startsWith('data:')
}
