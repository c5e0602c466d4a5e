import { dirname, parse, resolve } from 'node:path'
import type { Asset } from '../types.js'
import { relativeTo } from '../util/path.js'
import { type AssetSession, bytesOf, likeSource } from './host.js'
import { type HashCharacters, saltPattern } from './salted-name.js'

// What Rollup, Rolldown and the Vites on them have in common. They differ in this: an asset of Rolldown copies its
// bytes out of Rust each time `source` is read, and takes other bytes only by assignment to it.

/** An asset of a bundle. */
export interface BundleAsset {
  readonly type: 'asset'
  readonly fileName: string
  readonly originalFileNames: readonly string[]
  source: string | Uint8Array
}

/** Everything that one output is about to write, by file name. */
export type Bundle = Readonly<Record<string, BundleAsset | { readonly type: 'chunk' }>>

/** An asset that is to be given a name. */
export interface UnnamedAsset {
  readonly names: readonly string[]
  readonly originalFileNames: readonly string[]
  readonly source: string | Uint8Array
}

/** The options of an output that decide how its assets are named. */
export interface NamingOptions {
  assetFileNames?: string | ((asset: never) => string) | undefined
  hashCharacters?: HashCharacters | undefined
}

/**
 * The pattern for asset names that follow the settings as well as the bytes. Naming is also where a source is seen
 * first, so that work on it overlaps with the rest of the build.
 * @param mayOffer Whether the output will write its assets.
 */
export function saltedNames(
  { assetFileNames, hashCharacters = 'base64' }: NamingOptions,
  session: AssetSession,
  root: string,
  mayOffer: boolean,
): (asset: UnnamedAsset) => string {
  const patternOf = patternFunction(assetFileNames)
  return (asset) => {
    const pattern = patternOf(asset)
    const [name] = asset.names
    if (name === undefined || !session.wants(name)) return pattern
    const bytes = bytesOf(asset.source)
    const candidate: Asset = { path: likelyPath(pattern, name), source: sourceOf(asset, root), origin: 'bundle', bytes }
    const digest = session.offer(candidate, mayOffer)
    return digest === undefined ? pattern : saltPattern(pattern, digest, hashCharacters)
  }
}

/** The path that an asset is about to get, but for its hash: enough for the user's globs. */
function likelyPath(pattern: string, name: string): string {
  const { name: stem, ext } = parse(name)
  return pattern
    .replaceAll('[name]', stem)
    .replaceAll('[extname]', ext)
    .replaceAll('[ext]', ext.slice(1))
    .replace(/\[hash(?::\d+)?\]/g, 'hash')
}

function patternFunction(given: NamingOptions['assetFileNames']): (asset: UnnamedAsset) => string {
  // Rollup's own default.
  if (given === undefined) return () => 'assets/[name]-[hash][extname]'
  if (typeof given === 'string') return () => given
  // The user's function takes whatever the bundler passes, which is passed on as it is.
  return given as (asset: UnnamedAsset) => string
}

/**
 * Swaps the assets of a bundle for smaller ones.
 * @param done Names that were seen before are left out, and the names seen now are added.
 */
export async function settleBundle(
  bundle: Bundle,
  place: string,
  session: AssetSession,
  root: string,
  done: Set<string>,
): Promise<void> {
  const settling: Promise<void>[] = []
  for (const file of Object.values(bundle)) {
    if (file.type !== 'asset' || done.has(file.fileName) || !session.wants(file.fileName)) continue
    done.add(file.fileName)
    settling.push(settleAsset(file))
  }
  await Promise.all(settling)

  async function settleAsset(file: BundleAsset): Promise<void> {
    const { fileName, source } = file
    const asset: Asset = { path: fileName, source: sourceOf(file, root), origin: 'bundle', bytes: bytesOf(source) }
    const settled = await session.settle(asset, place)
    if (settled) file.source = likeSource(source, settled)
  }
}

/** The folder that an output is written to. */
export function placeOf({ dir, file }: { dir?: string | undefined; file?: string | undefined }): string {
  return resolve(dir ?? (file === undefined ? '.' : dirname(file)))
}

/** Where the bytes came from. Assets emitted by plugins do not say. */
function sourceOf(
  { originalFileNames }: { readonly originalFileNames: readonly string[] },
  root: string,
): string | null {
  const [name] = originalFileNames
  return name === undefined ? null : relativeTo(root, name)
}
