import { resolve } from 'node:path'
import type { CompilationContext } from '@farmfe/core'
import type { FileBuild } from './farm-files.js'
import { pathOf } from './farm-names.js'
import { noteImport } from './importers.js'

/**
 * Notes which modules pull files in, where the report shows that. Farm aborts when it is asked for the importers of a
 * module that it does not know, so that it is asked for the module first.
 */
export function noteFarmImporters(context: CompilationContext, { session, root, memory }: FileBuild): void {
  if (!session.wantsImporters) return
  for (const moduleId of memory.moduleIds()) {
    const path = pathOf(moduleId)
    if (!session.wants(path) || !context.viteGetModuleById(moduleId)) continue
    const importers = context.viteGetImporters(moduleId).map(({ file }) => file)
    noteImport(session, root, resolve(root, path), importers)
  }
}
