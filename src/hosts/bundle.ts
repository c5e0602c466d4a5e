import { existsSync } from 'node:fs'
import { dirname, join, parse, resolve } from 'node:path'
import type { Asset } from '../types.js'
import { relativeTo } from '../util/path.js'
import { type AssetSession, bytesOf } from './host.js'
import { createNamedAssets, type NamedAssets } from './named-assets.js'
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

/** What naming and settling need to know of a build. */
export interface Assets {
  readonly session: AssetSession
  /** The project's root folder, from which sources are told. */
  readonly root: string
  /** Assets by their names; `undefined` where other plugins may change them afterwards. */
  readonly named: NamedAssets | undefined
}

/**
 * The pattern for asset names that follow the settings as well as the bytes. Naming is also where a source is seen
 * first, so that work on it overlaps with the rest of the build.
 * @param mayOffer Whether the output will write its assets.
 */
export function saltedNames(
  { assetFileNames, hashCharacters = 'base64' }: NamingOptions,
  { session, root, named }: Assets,
  mayOffer: boolean,
): (asset: UnnamedAsset) => string {
  const patternOf = patternFunction(assetFileNames)
  return (asset) => {
    const pattern = patternOf(asset)
    const [name] = asset.names
    if (name === undefined || !session.wants(name)) return pattern
    const bytes = bytesOf(asset.source)
    const path = session.isSelective ? likelyPath(pattern, name) : name
    const offered = session.offer({ path, ...sourcesOf(asset, root), origin: 'bundle', bytes }, mayOffer)
    if (!offered) return pattern
    const salted = saltPattern(pattern, offered.nameDigest, hashCharacters)
    const [origin] = asset.originalFileNames
    const isText = typeof asset.source === 'string'
    if (origin !== undefined && salted.hash !== null) named?.add(origin, salted.hash, { offered, isText })
    return salted.pattern
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
export async function settleBundle(bundle: Bundle, place: string, assets: Assets, done: Set<string>): Promise<void> {
  const { session, root, named } = assets
  const settling: Promise<void>[] = []
  for (const file of Object.values(bundle)) {
    if (file.type !== 'asset' || done.has(file.fileName) || !session.wants(file.fileName)) continue
    done.add(file.fileName)
    settling.push(settleAsset(file))
  }
  await Promise.all(settling)

  async function settleAsset(file: BundleAsset): Promise<void> {
    const known = named?.find(file)
    const settled = await session.settle(describe(file, root), place, known?.offered)
    if (!settled) return
    const isText = known ? known.isText : typeof file.source === 'string'
    file.source = isText ? Buffer.from(settled).toString() : settled
  }
}

/** Takes back what was told of assets that other plugins took out of the output once we had seen them. */
export function retractMissing(names: Iterable<string>, place: string, session: AssetSession): void {
  for (const name of names) if (!existsSync(join(place, name))) session.retract(name, place)
}

/** The asset behind a file. Its bytes are read when somebody wants them, as that can mean to copy them. */
function describe(file: BundleAsset, root: string): Asset {
  return {
    path: file.fileName,
    ...sourcesOf(file, root),
    origin: 'bundle',
    get bytes() {
      return bytesOf(file.source)
    },
  }
}

/** The folder that an output is written to. */
export function placeOf({ dir, file }: { dir?: string | undefined; file?: string | undefined }): string {
  return resolve(dir ?? (file === undefined ? '.' : dirname(file)))
}

/** Where the bytes came from: several files, where they are the same. Assets emitted by plugins do not say. */
function sourcesOf(
  { originalFileNames }: { readonly originalFileNames: readonly string[] },
  root: string,
): Pick<Asset, 'source' | 'alsoFrom'> {
  const [source = null, ...alsoFrom] = originalFileNames.map((name) => relativeTo(root, name))
  return alsoFrom.length === 0 ? { source } : { source, alsoFrom }
}

/** A plugin, as far as it says when it may change a bundle. */
export interface Neighbour {
  readonly name: string
  readonly generateBundle?: unknown
}

/**
 * Assets by their names, where no plugin before ours has a say in what is in the bundle: assets are what they were when
 * they got their names then, and need not be copied out of the bundler and hashed again to be sure.
 * @param harmless Names of plugins that leave the bytes of images and documents alone.
 */
export function namedAssetsAmong(
  plugins: readonly Neighbour[],
  ours: string,
  harmless: ReadonlySet<string> = new Set(),
): NamedAssets | undefined {
  const position = plugins.findIndex(({ name }) => name === ours)
  const mayChange = plugins.some(({ name, generateBundle }, index) => {
    if (!generateBundle || harmless.has(name)) return false
    const order = typeof generateBundle === 'object' && 'order' in generateBundle ? generateBundle.order : null
    return order === 'pre' || (index < position && order !== 'post')
  })
  return mayChange ? undefined : createNamedAssets()
}

/** Whether Rolldown reports that our plugin takes long. So it does when the cache is cold, and our summary says so. */
export function isOurTiming({
  code,
  message,
}: {
  readonly code?: string | undefined
  readonly message: string
}): boolean {
  return code === 'PLUGIN_TIMINGS' && message.includes('plugin compress-fast')
}
