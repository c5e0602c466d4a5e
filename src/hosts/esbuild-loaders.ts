import { basename } from 'node:path'
import { allFormats, extensionsOf } from '@compress-fast/engine/sniff'
import type { Loader } from 'esbuild'

/** Loaders by extension, as the user configured them. */
export type Loaders = Readonly<Record<string, Loader>>

// Loaders that hand on a file's bytes as they are. All others read code or text in it.
const byteLoaders: ReadonlySet<Loader | undefined> = new Set(['file', 'copy', 'dataurl', 'base64', 'binary'] as const)
const inliningLoaders: ReadonlySet<Loader | undefined> = new Set(['dataurl', 'base64', 'binary'] as const)

/** The loader of a file: esbuild takes the longest extension that is configured. */
export function loaderOf(path: string, loaders: Loaders): Loader | undefined {
  const name = basename(path)
  for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) {
    const loader = loaders[name.slice(dot)]
    if (loader !== undefined) return loader
  }
  return undefined
}

/** Whether a file of this loader ships with the bytes that it has. */
export function keepsBytes(loader: Loader | undefined): boolean {
  return byteLoaders.has(loader)
}

/** Whether a file of this loader becomes part of the code that imports it. */
export function isInlining(loader: Loader | undefined): boolean {
  return inliningLoaders.has(loader)
}

/**
 * Matches files whose bytes may be wanted: by the extensions of images and documents, which other plugins may configure later, and
 * those that are configured already.
 */
export function fileFilter(loaders: Loaders, wants: (name: string) => boolean): RegExp {
  const configured = Object.keys(loaders).filter((extension) => keepsBytes(loaders[extension]))
  const known = allFormats.flatMap(extensionsOf).map((extension) => `.${extension}`)
  const extensions = [...new Set([...known, ...configured])].filter((extension) => wants(`file${extension}`))
  return new RegExp(`(?:${extensions.map(escaped).join('|')})$`, 'i')
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
