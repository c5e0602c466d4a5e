import { readFile } from 'node:fs/promises'
import { compressQueryFilter, takeCompressQuery } from './compress-query.js'
import type { AssetSession } from './host.js'

/** What Rollup, Rolldown and Vite give a hook to resolve imports with. */
export interface QueryContext {
  resolve(
    specifier: string,
    importer: string | undefined,
    options: { skipSelf: boolean },
  ): Promise<{ id: string; external?: boolean | string } | null>
}

/** The hook that takes `?compress=` out of imports, and notes what they ask for. */
export interface QueryHook<Context extends QueryContext> {
  readonly order: 'pre'
  readonly filter: { readonly id: RegExp }
  handler(this: Context, specifier: string, importer: string | undefined): Promise<{ id: string } | null>
}

export function queryHook<Context extends QueryContext>(
  sessionOf: (context: Context) => AssetSession,
): QueryHook<Context> {
  return {
    order: 'pre',
    filter: { id: compressQueryFilter },
    async handler(specifier, importer) {
      // Rollup before 4.38 calls hooks whatever their filter says.
      const taken = takeCompressQuery(specifier)
      if (!taken) return null
      const resolved = await this.resolve(taken.specifier, importer, { skipSelf: true })
      if (resolved && !resolved.external) {
        await requestFile(fileOf(resolved.id), taken.value, importer ?? specifier, sessionOf(this))
      }
      return resolved
    },
  }
}

/** Notes what an import asks of a file. One that is not on disk was made up by a plugin, and is asked for nothing. */
export async function requestFile(
  path: string,
  value: string,
  importer: string,
  session: AssetSession,
): Promise<boolean> {
  const bytes = await readFile(path).catch(() => undefined)
  if (bytes) session.request(bytes, session.wishOf(value, importer), importer)
  return bytes !== undefined
}

function fileOf(id: string): string {
  return id.replace(/[?#].*$/s, '')
}
