import type { Layout } from './layout.js'
import { readEntry } from './read-entry.js'
import { writeWhole } from './write-whole.js'

/**
 * Stores an entry's bytes so that readers see all of them or none. The folders must exist. Gives up without an error
 * only where Windows keeps the target blocked.
 * @throws as `writeWhole`.
 */
export async function writeEntry(layout: Layout, key: string, bytes: Uint8Array): Promise<void> {
  const target = layout.entry(key)
  await writeWhole({ layout, target, bytes, isThere: () => readEntry(target, key).kind === 'hit' })
}
