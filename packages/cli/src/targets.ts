import { resolve } from 'node:path'
import type { FileTask } from 'unplugin-compress-fast/cli'
import type { FoundFile } from './find-files.js'
import { UsageError } from './usage-error.js'

/** Where results go. */
export type Destination =
  | { readonly kind: 'in-place' }
  | { readonly kind: 'nowhere' }
  | { readonly kind: 'folder' /** Absolute. */; readonly dir: string }

/**
 * Gives each file the place that its result goes to.
 * @throws {UsageError} when two would go to the same.
 */
export function withTargets(files: readonly FoundFile[], destination: Destination): FileTask[] {
  const taken = new Map<string, string>()
  return files.map(({ path, name, below }) => {
    if (destination.kind !== 'folder') return { path, name, target: destination.kind === 'in-place' ? path : null }
    const target = resolve(destination.dir, below)
    const other = taken.get(target)
    if (other !== undefined) {
      throw new UsageError(`${other} and ${name} would both become ${below} in the folder of --out.`)
    }
    taken.set(target, name)
    return { path, name, target }
  })
}
