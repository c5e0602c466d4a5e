import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

/** Every file of a folder becomes a file of the output, under its own name. */
export function copied(folder) {
  return {
    name: 'copied',
    async buildStart() {
      for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue
        const path = join(entry.parentPath, entry.name)
        const fileName = relative(folder, path).replaceAll(sep, '/')
        this.emitFile({ type: 'asset', fileName, originalFileName: path, source: await readFile(path) })
      }
    },
  }
}
