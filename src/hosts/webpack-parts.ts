import { isInside } from '../util/path.js'
import type { AssetSession } from './host.js'
import type { Compiler } from './webpack-compiler.js'

/** A configuration with several compilers. */
interface Parts {
  readonly compilers: Set<Compiler>
  /** Those that have not come to their end yet. */
  readonly pending: Set<Compiler>
}

const partsOf = new WeakMap<AssetSession, Parts>()

// Where compilers of this process write, until they are closed.
const outputs = new Set<string>()

/** Notes that a folder is looked after by its own compiler, though it may lie in that of another. */
export function claimOutput({ outputPath }: Compiler): void {
  outputs.add(outputPath)
}

export function freeOutput({ outputPath }: Compiler): void {
  outputs.delete(outputPath)
}

/** Output folders of others within that of a compiler, as Docusaurus and Next.js have them. */
export function outputsWithin({ outputPath }: Compiler): readonly string[] {
  return [...outputs].filter((folder) => folder !== outputPath && isInside(outputPath, folder))
}

/** Counts a compiler in, so that several that work side by side are summed up once. */
export function joinParts(compiler: Compiler, session: AssetSession): void {
  const parts = partsOf.get(session) ?? { compilers: new Set(), pending: new Set() }
  partsOf.set(session, parts)
  for (const set of [parts.compilers, parts.pending]) set.add(compiler)
}

export function leaveParts(compiler: Compiler, session: AssetSession): void {
  const pending = partsOf.get(session)?.pending
  pending?.delete(compiler)
  if (pending?.size === 0 && isPart(compiler)) session.announce()
}

export function isPart({ hooks }: Compiler): boolean {
  return hooks.done.taps.some((tap) => tap.name === 'MultiCompiler')
}

/** What stands for a build in the report: its folder, or a name of its own where others write to that folder too. */
export function homeOf(compiler: Compiler, session: AssetSession): string {
  const compilers = isPart(compiler) ? [...(partsOf.get(session)?.compilers ?? [])] : []
  const alike = compilers.filter(({ outputPath }) => outputPath === compiler.outputPath)
  return alike.length > 1 ? `${compiler.outputPath}#${alike.indexOf(compiler)}` : compiler.outputPath
}
