import type { AssetName, Compilation, Compiler, Module } from './webpack-compiler.js'
import type { Loading } from './webpack-passed.js'

// Where the file of a module is going to be. webpack tells loaders what the module's rules say of it; Rspack does not, and
// is made to by a mark on each rule that names files, which is the loader once more with the name's number.

interface Rule {
  readonly type?: string
  readonly generator?: { readonly filename?: AssetName }
  readonly oneOf?: readonly unknown[]
  readonly rules?: readonly unknown[]
}

/**
 * Marks the rules that name files. The rules of the user, who may use them twice, are left as they are.
 * @param markOf The loader that is the mark of a name.
 * @returns The names by number.
 */
export function markNames({ webpack, options }: Compiler, markOf: (nameIndex: number) => string): AssetName[] {
  const names: AssetName[] = []
  if (webpack.rspackVersion !== undefined) options.module.rules = options.module.rules.map((rule) => mark(rule))
  return names

  function mark(rule: unknown, outerType?: string): unknown {
    if (!isRule(rule)) return rule
    const { generator: { filename } = {}, type = outerType, oneOf, rules = [] } = rule
    const inner = rules.map((rule) => mark(rule, type))
    // Rspack takes no notice of names without a type.
    if (filename !== undefined && type !== undefined) {
      inner.unshift({ enforce: 'post', use: [{ loader: markOf(names.push(filename) - 1) }] })
    }
    const others = oneOf && { oneOf: oneOf.map((rule) => mark(rule, type)) }
    return { ...rule, ...others, ...(inner.length > 0 && { rules: inner }) }
  }
}

function isRule(rule: unknown): rule is Rule {
  return typeof rule === 'object' && rule !== null
}

/** A module, and what is known of where it goes. */
export interface Placed {
  readonly module: Module
  readonly source: string
  readonly nameIndex?: number | undefined
}

/** The path that a module's file is about to get, but for its hash: enough for the user's globs. */
export function likelyPath(placed: Placed, compilation: Compilation, loading: Loading): string {
  return pathWith('hash', placed, compilation, loading) ?? placed.source
}

/** The path of a module's file where no hash keeps it apart from others of its name. */
export function sharedPath(placed: Placed, compilation: Compilation, loading: Loading): string | undefined {
  const [path, other] = ['a', 'b'].map((hash) => pathWith(hash, placed, compilation, loading))
  return path === other ? path : undefined
}

function pathWith(hash: string, { module, source, nameIndex }: Placed, compilation: Compilation, { names }: Loading) {
  const { output, module: modules } = compilation.compiler.options
  const ofRule = module.generatorOptions?.filename ?? (nameIndex === undefined ? undefined : names[nameIndex])
  const byType = (modules.generator ?? {}) as Readonly<Record<string, Rule['generator']>>
  const ofType = byType[module.type]?.filename ?? byType['asset']?.filename
  const name = ofRule ?? ofType ?? output.assetModuleFilename
  if (name === undefined) return undefined
  try {
    const path = compilation.getAssetPath(name, { filename: source, hash, contentHash: hash, module })
    return pathOf(path)
  } catch {
    // A function of the user may want to know what is not known yet.
    return undefined
  }
}

/**
 * Where a file of this name goes, in the output folder. Names of modules may end in what their imports ask, and begin with
 * a slash, as those of Next.js do.
 */
export function pathOf(name: string): string {
  return name.replace(/\?.*$/s, '').replace(/^\/+/, '')
}
