import { randomUUID } from 'node:crypto'
import { open, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Layout } from './layout.js'
import { replaceFile } from './replace.js'

/** Bytes, and where in the cache they go. */
export interface WholeFile {
  readonly layout: Layout
  readonly target: string
  readonly bytes: Uint8Array
  /** Whether somebody else has put the same there, where Windows keeps the target blocked. */
  readonly isThere: () => boolean
}

/**
 * Puts bytes into a file of the cache so that readers see all of them or none. The folders must exist.
 * @throws what the file system failed with; ENOSPC also when it wrote less than it was given and kept quiet about it.
 */
export async function writeWhole({ layout, target, bytes, isThere }: WholeFile): Promise<void> {
  // Random, since process ids repeat across containers that share a folder.
  const temp = join(layout.temp, randomUUID())
  try {
    await writeTemp(temp, bytes)
    // No fsync: a rename outlives the death of the process, and after a power cut the digest tells.
    await replaceFile(temp, target, isThere)
  } finally {
    // After a rename there is nothing to find.
    await unlink(temp).catch(() => undefined)
  }
}

async function writeTemp(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx')
  try {
    // `writeFile` goes on after a short write; `write` would not.
    await file.writeFile(bytes)
    const { size } = await file.stat()
    if (size !== bytes.byteLength)
      throw Object.assign(new Error(`Only ${size} bytes were written.`), { code: 'ENOSPC' })
  } finally {
    await file.close()
  }
}
