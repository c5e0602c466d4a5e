import { noteImport } from './importers.js'
import type { Compilation } from './webpack-compiler.js'
import type { Loading } from './webpack-passed.js'

/** Notes which modules pull images in, while each module is still one of its own. */
export function noteImporters({ modules, moduleGraph, children }: Compilation, loading: Loading): void {
  const { session, root } = loading
  if (!session.wantsImporters) return
  for (const module of modules) {
    const { resource } = module
    if (!resource || !session.wants(resource.replace(/\?.*$/s, ''))) continue
    const importers = [...moduleGraph.getIncomingConnections(module)].flatMap(
      ({ originModule }) => originModule?.resource ?? [],
    )
    noteImport(session, root, resource, importers)
  }
  for (const child of children) noteImporters(child, loading)
}
