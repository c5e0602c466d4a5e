import type { Receipt } from '../types.js'
import { relativeTo } from '../util/path.js'
import type { AssetSession } from './host.js'
import type { Compilation, Compiler, Module } from './webpack-compiler.js'

// What passed the loader: how the loader finds the build it works for, and how the build learns what became of modules.

/** A build, as the loader finds it on the compiler. */
export interface Loading {
  readonly session: AssetSession
  readonly root: string
  /** Whether what is built is served and never shipped. */
  readonly isServing: () => boolean
  /** The modules that hold images in data URIs, by URI: bundlers do not all know them while modules are being made. */
  readonly holders: Map<string, string>
  /** What passed the loader in this process. Modules that others execute while they build are nowhere else to be seen. */
  readonly passed: Map<string, Passed>
}

/** Bytes that passed the loader, and what became of them. */
export interface Passed {
  readonly receipt: Receipt
  readonly source: string
  readonly type: string
  /** Whether that was in an earlier build of this process. */
  readonly isOld?: boolean
}

function keyOf({ receipt, source }: Passed): string {
  return `${receipt.digest} ${source}`
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

/** What became of a module's bytes, if they passed the loader. */
function receiptOf({ buildInfo }: Module, session: AssetSession): Receipt | undefined {
  return buildInfo?.[noteName(identityOf(session))] as Receipt | undefined
}

function noteName(identity: string): string {
  return `compress-fast ${identity}`
}

/** Keeps what became of a module's bytes, where the bundler keeps the module too. */
export function note(module: Module, passed: Passed, { passed: all, session }: Loading): void {
  all.set(keyOf(passed), passed)
  if (module.buildInfo) module.buildInfo[noteName(identityOf(session))] = passed.receipt
}

/** The build that a loader works for. */
export function loadingOf(compiler: Compiler | undefined, identity: string): Loading | undefined {
  const holder: Holder | undefined = compiler?.root
  return holder?.[symbol]?.get(identity)
}

/** A module whose bytes passed the loader. */
export interface PassedModule extends Passed {
  /** Whether its bytes became part of code, where the bundler says. */
  readonly isInlined?: boolean | undefined
}

/** The modules of this compilation, then those that a plugin executed on its own. */
export function* passedModules(work: Work): Generator<PassedModule> {
  const seen = new Set<string>()
  for (const passed of modulesIn(work.compilation, work)) {
    seen.add(keyOf(passed))
    yield passed
  }
  for (const passed of work.loading.passed.values()) if (!seen.has(keyOf(passed))) yield passed
}

function* modulesIn(compilation: Compilation, work: Work): Generator<PassedModule> {
  const { compiler, loading } = work
  // Rspack makes the set anew each time somebody asks.
  const { builtModules } = compilation
  for (const module of compilation.modules) {
    const receipt = module.type.startsWith('asset') ? receiptOf(module, loading.session) : undefined
    if (!receipt) continue
    yield {
      receipt: builtModules.has(module) ? receipt : recalled(receipt, compiler),
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

/** Whether a module's bytes became part of code. */
export function isInlined(
  { type, isInlined, receipt }: PassedModule,
  { compiler }: Work,
  told: ReadonlySet<string>,
): boolean {
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

/**
 * Where a module came from.
 * @param holder The module that imports it, which is where data in a URI comes from.
 */
export function sourceOf({ matchResource, resource = '' }: Module, holder: string | undefined, root: string): string {
  const path = isDataUri(resource) ? (holder ?? 'data:') : (matchResource ?? resource)
  return relativeTo(root, path.replace(/[?#].*$/s, ''))
}

export function isDataUri(resource: string): boolean {
  return resource.startsWith('data:')
}
