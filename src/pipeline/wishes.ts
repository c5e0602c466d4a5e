import type { Wish } from '../types.js'

/**
 * What imports ask for of the files they import, by content: however a bundler merges, moves or inlines a file, its
 * bytes tell which one it is.
 */
export interface Wishes {
  /** What is asked for of a file, each wish once. */
  of(digest: string): readonly Wish[]
  /** @param importer The module that asks. Asking twice changes nothing. */
  add(importer: string, digest: string, wish: Wish): void
  /** Forgets what a module asked for, as it is about to be read again. */
  withdraw(importer: string): void
}

export function createWishes(): Wishes {
  const byDigest = new Map<string, Map<string, Set<Wish>>>()
  return {
    of: (digest) => [...new Set([...(byDigest.get(digest)?.values() ?? [])].flatMap((wishes) => [...wishes]))],
    add(importer, digest, wish) {
      const byImporter = byDigest.get(digest) ?? new Map<string, Set<Wish>>()
      byDigest.set(digest, byImporter)
      byImporter.set(importer, (byImporter.get(importer) ?? new Set()).add(wish))
    },
    withdraw(importer) {
      for (const byImporter of byDigest.values()) byImporter.delete(importer)
    },
  }
}
