import { readdir, rmdir, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { chooseEvictions, type EntryUse, spaceOf } from 'unplugin-compress-fast/cli'

/** Keeps the entries of a store under a limit. */
export interface Evictor {
  /** An entry of so many bytes was added. */
  grew(bytes: number): void
  /** The disk is full, whatever the limit is: a tenth of what there is goes. */
  makeRoom(): void
  /** Resolves when nothing is removed any more. */
  close(): Promise<void>
}

// Together they are quick, and few enough for any limit of open files.
const lookedAtTogether = 32

/**
 * Removes what was not used for longest, beside readers and writers and without their waiting for it. What there is and
 * when it was used is read from the folder each time, so nothing is lost with the process: a sweep that is killed half way
 * has removed whole entries, and the next one goes on.
 * @param maxSize Bytes on disk that all entries may take. They may pass it while a sweep is at work.
 */
export function createEvictor(dir: string, maxSize: number): Evictor {
  // Bytes on disk, as far as is known: what a sweep left, and what was added since it began.
  let total = 0
  let isClosed = false
  let sweeping: Promise<void> | undefined
  begin()
  return {
    grew(bytes) {
      total += spaceOf(bytes)
      if (total > maxSize) begin()
    },
    makeRoom: () => begin(true),
    async close() {
      isClosed = true
      await sweeping
    },
  }

  function begin(isFull = false): void {
    if (isClosed || sweeping) return
    total = 0
    sweeping = sweep(isFull)
      // A folder that cannot be read now may be later: the next entry asks again.
      .catch(() => 0)
      .then((left) => {
        sweeping = undefined
        const added = total
        // What was added while the folder was read may count twice, and then the next sweep comes a little early.
        total += left
        if (added > 0 && total > maxSize) begin()
      })
  }

  /** Returns the bytes that are left. */
  async function sweep(isFull: boolean): Promise<number> {
    const entries = await entriesIn(dir)
    let left = entries.reduce((sum, { size }) => sum + spaceOf(size), 0)
    // No grace: nobody may fill a disk in ten minutes. A build that misses an entry makes it again.
    const most = isFull ? Math.min(maxSize, left - 1) : maxSize
    const rules = { maxSize: most, now: Date.now(), isInUse: () => false, grace: 0 }
    for (const entry of chooseEvictions(entries, rules)) {
      if (isClosed) break
      if (await remove(entry)) left -= spaceOf(entry.size)
    }
    return left
  }
}

/** Removes an entry, unless it was used or replaced since it was looked at. Who is reading it reads to its end. */
async function remove({ key: path, usedAt }: EntryUse): Promise<boolean> {
  try {
    if ((await stat(path)).mtimeMs !== usedAt) return false
    await unlink(path)
  } catch {
    return false
  }
  const shard = dirname(path)
  // Only what is empty can be removed, and pull requests leave many of these.
  await rmdir(shard).then(
    () => rmdir(dirname(shard)).catch(() => undefined),
    () => undefined,
  )
  return true
}

/** All entries in a store, by path. Other files there are others'. */
async function entriesIn(dir: string): Promise<EntryUse[]> {
  const entries: EntryUse[] = []
  for (const namespace of await foldersIn(dir, /^[a-z0-9][a-z0-9._-]*$/)) {
    for (const shard of await foldersIn(namespace, /^[0-9a-f]{2}$/)) {
      const names = (await readdir(shard).catch(() => [])).filter((name) => /^[0-9a-f]{64}$/.test(name))
      for (let at = 0; at < names.length; at += lookedAtTogether) {
        const looks = names.slice(at, at + lookedAtTogether).map((name) => lookAt(join(shard, name)))
        entries.push(...(await Promise.all(looks)).flat())
      }
    }
  }
  return entries
}

async function foldersIn(dir: string, pattern: RegExp): Promise<string[]> {
  const found = await readdir(dir, { withFileTypes: true }).catch(() => [])
  return found.filter((entry) => entry.isDirectory() && pattern.test(entry.name)).map(({ name }) => join(dir, name))
}

async function lookAt(path: string): Promise<EntryUse[]> {
  // Another server may be at the same folder, and have removed it.
  const stats = await stat(path).catch(() => undefined)
  return stats?.isFile() ? [{ key: path, size: stats.size, usedAt: stats.mtimeMs }] : []
}
