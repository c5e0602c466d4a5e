import type { Offered } from './host.js'

/** An asset as it was when it got its name. */
export interface NamedAsset {
  readonly offered: Offered
  /** Whether the bundler holds it as text. */
  readonly isText: boolean
}

/** What was made out about assets when they got their names, so that their bytes need not be read and hashed again. */
export interface NamedAssets {
  /**
   * @param origin The file that the asset came from, as the bundler writes it.
   * @param hash The hash in the asset's name, made from its bytes.
   */
  add(origin: string, hash: string, asset: NamedAsset): void
  /** The asset that a file of the bundle is, unless somebody changed the file without changing its name. */
  find(file: { readonly fileName: string; readonly originalFileNames: readonly string[] }): NamedAsset | undefined
}

export function createNamedAssets(): NamedAssets {
  const byOrigin = new Map<string, Map<string, NamedAsset>>()
  return {
    add(origin, hash, asset) {
      const byHash = byOrigin.get(origin) ?? new Map<string, NamedAsset>()
      byOrigin.set(origin, byHash.set(hash, asset))
    },
    find({ fileName, originalFileNames: [origin = ''] }) {
      // One file can give several assets, as with image resizers: the hash tells which one this is.
      for (const [hash, asset] of byOrigin.get(origin) ?? []) if (fileName.includes(hash)) return asset
      return undefined
    },
  }
}
