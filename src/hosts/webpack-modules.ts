import type { Receipt } from '../types.js'
import type { Compilation, Compiler, Module } from './webpack-compiler.js'
import { isStyleSheet } from './webpack-executed.js'
import { isDataUri, notesOf, type Passed, sourceOf, type Work } from './webpack-passed.js'

// What became of the images of a compilation, whether their modules were made in it or came out of a cache.

/** A module whose bytes passed the loader. */
export interface PassedModule extends Passed {
  /** Whether its bytes became part of code rather than a file, where the bundler says. */
  readonly isDataUrl?: boolean | undefined
  /** Whether code uses them. */
  readonly isUsed?: () => boolean
  /** Whether that happened while a style sheet was made, which knows of it. */
  readonly isExecuted?: boolean
}

/** The modules of this compilation, then those that plugins executed on their own. */
export function* passedModules(work: Work): Generator<PassedModule> {
  const seen = new Set<string>()
  const executed: PassedModule[] = []
  for (const passed of modulesIn(work.compilation, work)) {
    if (passed.isExecuted) executed.push(passed)
    else {
      seen.add(keyOf(passed))
      yield passed
    }
  }
  for (const passed of [...executed, ...work.loading.passed.values()]) {
    if (seen.has(keyOf(passed))) continue
    seen.add(keyOf(passed))
    yield passed
  }
}

function keyOf({ receipt, source }: Passed): string {
  return `${receipt.digest} ${source}`
}

function* modulesIn(compilation: Compilation, work: Work): Generator<PassedModule> {
  const { compiler, loading } = work
  // Rspack makes the set anew each time somebody asks: half a millisecond for 1,000 modules.
  const { builtModules } = compilation
  for (const module of compilation.modules) {
    if (!mayHaveNotes(module)) continue
    const { resource = '' } = module
    const issuer = () => compilation.moduleGraph.getIssuer(module)?.resource
    for (const passed of notesOf(module, loading.session)) {
      yield {
        ...passed,
        receipt: builtModules.has(module) ? passed.receipt : recalled(passed.receipt, compiler),
        source: isDataUri(resource) ? sourceOf(module, issuer(), loading.root) : passed.source,
        ...(isStyleSheet(module) ? { isExecuted: true } : inCode(module, compilation)),
      }
    }
  }
  for (const child of compilation.children) yield* modulesIn(child, work)
}

/** Spares Rspack the way to a module's notes where there are none. */
function mayHaveNotes({ type, resource = '' }: Module): boolean {
  return type.startsWith('asset') || (type.startsWith('javascript') && !/\.[cm]?[jt]sx?$/.test(resource))
}

function inCode(module: Module, compilation: Compilation): Pick<PassedModule, 'isDataUrl' | 'isUsed'> {
  const isDataUrl = module.buildInfo?.['dataUrl']
  return {
    isDataUrl: isDataUrl === undefined ? undefined : isDataUrl === true,
    isUsed: () => isUsed(module, compilation),
  }
}

/** Whether code has a use for a module, and not just an import that comes to nothing. */
function isUsed(module: Module, { moduleGraph }: Compilation): boolean {
  const uses = [...moduleGraph.getIncomingConnections(module)].filter(
    ({ dependency }) => dependency?.type !== 'harmony side effect evaluation' && dependency?.type !== 'esm import',
  )
  return uses.some((connection) => connection.getActiveState?.(undefined) !== false)
}

/** What there is to tell of a module that was not made in this build. */
export function recalled(receipt: Receipt, { watchMode }: Compiler): Receipt {
  return receipt.from === null ? receipt : { ...receipt, from: watchMode ? 'memory' : 'disk', ms: 0 }
}

/** Whether a module's bytes became part of code. */
export function isInlined(passed: PassedModule, { compiler }: Work, told: ReadonlySet<string>): boolean {
  const { type, isDataUrl, isUsed, receipt } = passed
  if (type === 'asset/resource' || isDataUrl === false) return false
  // Rspack does not say. What it made no file of is in code, unless files are left to another build.
  const isOpen = type === 'asset' && isDataUrl === undefined
  if (isOpen && (told.has(receipt.digest) || !emitsAll(compiler.options.module.rules))) return false
  return isUsed?.() ?? true
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
