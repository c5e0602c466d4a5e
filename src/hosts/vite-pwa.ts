import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'

/** What is used of Vite's configuration. */
export interface WithPlugins {
  readonly plugins: readonly { readonly name: string; readonly api?: unknown }[]
  /** The folder of public files; empty for none. */
  readonly publicDir: string
}

type Entry = string | { readonly url: string; readonly revision?: string | null }

/** What vite-plugin-pwa lets other plugins do. Nothing is called of a plugin that is switched off. */
interface PwaApi {
  extendManifestEntries?(change: (entries: readonly Entry[]) => readonly Entry[] | undefined): void
}

/**
 * Says anew which revision public files have. vite-plugin-pwa notes those of icons and of `includeAssets` by their sources,
 * before the build, and once more those of shipped files that globs match. A service worker that is told two revisions of
 * one file does not install.
 * @param place The folder that public files were copied to, and became smaller in.
 */
export async function renewRevisions({ plugins, publicDir }: WithPlugins, place: string): Promise<void> {
  const api = plugins.find(({ name }) => name === 'vite-plugin-pwa')?.api as PwaApi | undefined
  if (!api?.extendManifestEntries || publicDir === '') return
  let entries: readonly Entry[] = []
  api.extendManifestEntries((known) => {
    entries = known
    return undefined
  })
  const renewed = new Map(await Promise.all(entries.map(renew)))
  api.extendManifestEntries((known) => known.map((entry) => renewed.get(entry) ?? entry))

  async function renew(entry: Entry): Promise<[Entry, Entry]> {
    if (typeof entry === 'string' || !entry.revision) return [entry, entry]
    const [source, shipped] = await Promise.all(
      [publicDir, place].map((folder) => revisionOf(resolve(folder, entry.url))),
    )
    // Others are the user's own.
    return [entry, shipped && entry.revision === source ? { ...entry, revision: shipped } : entry]
  }
}

/** As Workbox counts. */
async function revisionOf(path: string): Promise<string | undefined> {
  const bytes = await readFile(path).catch(() => undefined)
  return bytes && createHash('md5').update(bytes).digest('hex')
}
