import { dirname, resolve } from 'node:path'
import type { NormalizedOutputOptions, OutputAsset, OutputBundle, OutputOptions, PreRenderedAsset } from 'rollup'
import type { Asset } from '../types.js'
import { relativeTo } from '../util/path.js'
import { type AssetSession, bytesOf, likeSource } from './host.js'
import { saltPattern } from './salted-name.js'

// Rollup, Rolldown and Vite share these objects. What differs between them: Rolldown's assets copy their bytes out of
// Rust on every read, and take a new `source` by assignment only.

/** Whether work on a source may begin when it gets its name. */
export type MayOffer = () => boolean

/**
 * Output options whose asset names follow the settings as well as the bytes. Naming is also where a source is seen
 * first, so that work on it overlaps with the rest of the build.
 */
export function withSaltedNames(
  output: OutputOptions,
  session: AssetSession,
  root: string,
  mayOffer: MayOffer,
): OutputOptions {
  const { assetFileNames = 'assets/[name]-[hash][extname]', hashCharacters = 'base64' } = output
  const patternOf = typeof assetFileNames === 'function' ? assetFileNames : () => assetFileNames
  return { ...output, assetFileNames: nameAsset }

  function nameAsset(info: PreRenderedAsset): string {
    const pattern = patternOf(info)
    const [name] = info.names
    if (name === undefined || !session.wants(name)) return pattern
    const bytes = bytesOf(info.source)
    const salt = session.salt(bytes)
    if (salt === undefined) return pattern
    const source = sourceOf(info, root)
    if (mayOffer()) session.offer({ path: source ?? name, source, origin: 'bundle', bytes })
    return saltPattern(pattern, bytes, salt, hashCharacters)
  }
}

/** Swaps the assets of a bundle for smaller ones. */
export async function settleBundle(
  bundle: OutputBundle,
  place: string,
  session: AssetSession,
  root: string,
): Promise<void> {
  const assets = Object.values(bundle).filter((file) => file.type === 'asset')
  await Promise.all(assets.filter(({ fileName }) => session.wants(fileName)).map(settleAsset))

  async function settleAsset(asset: OutputAsset): Promise<void> {
    const { source } = asset
    const settled = await session.settle(describe(asset, source, root), place)
    if (settled) asset.source = likeSource(source, settled)
  }
}

/** The folder that an output is written to. */
export function placeOf({ dir, file }: Pick<NormalizedOutputOptions, 'dir' | 'file'>): string {
  return resolve(dir ?? (file === undefined ? '.' : dirname(file)))
}

function describe(asset: OutputAsset, source: string | Uint8Array, root: string): Asset {
  return { path: asset.fileName, source: sourceOf(asset, root), origin: 'bundle', bytes: bytesOf(source) }
}

/** Where the bytes came from. Assets emitted by plugins do not say. */
function sourceOf({ originalFileNames }: { originalFileNames: string[] }, root: string): string | null {
  const [name] = originalFileNames
  return name === undefined ? null : relativeTo(root, name)
}
