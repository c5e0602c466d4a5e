import { relativeTo } from '../util/path.js'
import type { AssetSession } from './host.js'

/** Notes who imports what, by absolute paths with whatever follows them in imports. */
export function noteImport(session: AssetSession, root: string, imported: string, importers: readonly string[]): void {
  const path = plain(imported)
  // Virtual modules are no files.
  const files = importers.filter((importer) => !importer.startsWith('\0')).map(plain)
  if (files.length === 0 || !session.wants(path)) return
  session.importedBy(
    relativeTo(root, path),
    files.filter((file) => file !== path).map((file) => relativeTo(root, file)),
  )
}

function plain(id: string): string {
  return id.replace(/[?#].*$/s, '')
}

/** What is used of Rollup's plugin context, and of those like it. */
interface ModuleGraph {
  getModuleIds(): Iterable<string>
  getModuleInfo(
    id: string,
  ): { readonly importers: readonly string[]; readonly dynamicImporters: readonly string[] } | null
}

/** Notes all imports of files that could be images, where the report shows them: each question costs Rolldown time. */
export function noteImports(graph: ModuleGraph, session: AssetSession, root: string): void {
  if (!session.wantsImporters) return
  for (const id of graph.getModuleIds()) {
    if (!session.wants(plain(id))) continue
    const { importers = [], dynamicImporters = [] } = graph.getModuleInfo(id) ?? {}
    noteImport(session, root, id, [...importers, ...dynamicImporters])
  }
}
