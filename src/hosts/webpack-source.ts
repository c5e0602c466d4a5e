import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Origin } from '../types.js'
import { extensionOf, relativeTo } from '../util/path.js'
import type { AssetInfo, Compiler } from './webpack-compiler.js'
import { pathOf } from './webpack-names.js'
import { sourceOf, type Work } from './webpack-passed.js'

export function originIn({ copied = false }: AssetInfo): Origin {
  return copied ? 'public' : 'bundle'
}

/** Where a file came from. The name is relative to the project root, or to the folder that a plugin copies from. */
export function sourceIn({ sourceFilename, copied = false }: AssetInfo, { compiler, loading }: Work): string | null {
  if (sourceFilename === undefined) return null
  const folders = [...(copied ? copiedFolders(compiler) : []), compiler.context]
  const path = folders.map((folder) => resolve(folder, sourceFilename)).find((path) => existsSync(path))
  return path === undefined ? null : relativeTo(loading.root, path)
}

/**
 * Where files came from that loaders emitted without a word of it, by name, as those of Next.js do. Only webpack knows; a
 * module counts as the source of what it has the ending of.
 */
export function emittedSources({ compiler, compilation, loading }: Work): ReadonlyMap<string, string> {
  const sources = new Map<string, string>()
  if (compiler.webpack.rspackVersion !== undefined) return sources
  for (const module of compilation.modules) {
    const names = Object.keys(module.buildInfo?.['assets'] ?? {})
    if (names.length === 0) continue
    const source = sourceOf(module, undefined, loading.root)
    for (const name of names) if (extensionOf(pathOf(name)) === extensionOf(source)) sources.set(name, source)
  }
  return sources
}

/** The folders that Rspack's own plugin copies from. */
function* copiedFolders({ context, options: { plugins = [] } }: Compiler): Generator<string> {
  for (const plugin of plugins as readonly CopyPlugin[]) {
    if (plugin?.name !== 'CopyRspackPlugin') continue
    for (const pattern of plugin._args?.[0]?.patterns ?? []) {
      const { from, context: within = '.' } = typeof pattern === 'string' ? { from: pattern } : pattern
      const path = resolve(context, within, from)
      yield path
      yield dirname(path)
      yield resolve(context, within)
    }
  }
}

interface CopyPlugin {
  readonly name?: unknown
  readonly _args?: readonly [
    { readonly patterns?: readonly (string | { readonly from: string; readonly context?: string })[] }?,
  ]
}
