import type { ResolvedUserConfig } from '@farmfe/core'
import { takeCompressQuery } from './compress-query.js'
import type { AssetSession } from './host.js'

// Raised when what has to lie beside Farm's cache changes: modules in an older one are transformed again.
const cacheSalt = 'unplugin-compress-fast@2'

/** Lets names and Farm's own cache follow the settings, as both are made from sources only. */
export function saltNames({ compilation }: ResolvedUserConfig, { settingsDigest, inline }: AssetSession): void {
  const { output, persistentCache } = compilation ?? {}
  if (output?.assetsFilename !== undefined) {
    output.assetsFilename = output.assetsFilename.replace(
      /\[(?:contentHash|hash)\]/,
      `$&-${settingsDigest.slice(0, 6)}`,
    )
  }
  if (typeof persistentCache !== 'object') return
  persistentCache.envs = { ...persistentCache.envs, [cacheSalt]: `${settingsDigest} ${inline}` }
}

/** Where a file of this name is written, or which file a module is made of: all but the query. */
export function pathOf(name: string): string {
  return name.replace(/[?#].*$/s, '')
}

/** A file that Farm is about to write, and the module that it is of, where there is one. */
export interface NamedFile {
  readonly name: string
  readonly moduleId: string | undefined
}

/**
 * The names that lose a `?compress=`, as they are in style sheets, with what they become. Farm gives a file the query of
 * its import as part of its name. In JavaScript it was taken out while modules were transformed.
 */
export function cleanNames(files: Iterable<NamedFile>): Map<string, string> {
  const clean = new Map<string, string>()
  for (const { name, moduleId = name } of files) {
    // A file from Farm's cache may have its clean name already, while the style sheet has not.
    const query = /\?.*$/s.exec(moduleId)?.[0]
    const taken = query === undefined ? undefined : takeCompressQuery(query)
    if (query !== undefined && taken) clean.set(pathOf(name) + query, pathOf(name) + taken.specifier)
  }
  return clean
}

/** Renames files in a style sheet. `undefined` when it has none of them. */
export function renameIn(sheet: Uint8Array, clean: ReadonlyMap<string, string>): Buffer | undefined {
  if (clean.size === 0) return undefined
  const before = Buffer.from(sheet).toString()
  const after = [...clean].reduce((text, [name, better]) => text.replaceAll(name, better), before)
  return after === before ? undefined : Buffer.from(after)
}
