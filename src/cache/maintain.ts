import { lstatSync, readdirSync, readFileSync, rmdirSync, rmSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as breathe } from 'node:timers/promises'
import { readKept } from './kept.js'
import { type Layout, layoutOf } from './layout.js'
import { readEntry } from './read-entry.js'
import { listEntries, type SweepReport, sweep } from './sweep.js'

/** What a cache folder holds. */
export interface CacheSize {
  readonly entries: number
  /** Bytes of all entries together. */
  readonly bytes: number
}

/** What a look at every entry found. */
export interface CacheCheck {
  readonly entries: number
  /** Entries that did not prove themselves, and are gone now. */
  readonly removed: number
}

/** Counts what a cache holds. A folder that is not there holds nothing. */
export async function measureCache(dir: string): Promise<CacheSize> {
  const entries = await listEntries(layoutOf(dir), Date.now())
  return { entries: entries.length, bytes: entries.reduce((sum, { size }) => sum + size, 0) }
}

/** Reads every entry to its end. One that is not whole is removed, as the next build would. */
export async function verifyCache(dir: string): Promise<CacheCheck> {
  const layout = layoutOf(dir)
  const entries = await listEntries(layout, Date.now())
  let removed = 0
  for (const { key } of entries) {
    if (readEntry(layout.entry(key), key).kind === 'bad') {
      unlinkSync(layout.entry(key))
      removed++
    }
    await breathe()
  }
  return { entries: entries.length, removed: removed + removeBadKept(layout) }
}

/** How many were removed: what is noted besides the entries is one thing that is whole or not. */
function removeBadKept(layout: Layout): number {
  const isThere = lstatSync(layout.kept, { throwIfNoEntry: false }) !== undefined
  if (!isThere || readKept(layout)) return 0
  rmSync(layout.kept, { force: true })
  return 1
}

/**
 * Removes what killed processes left, and the longest unused entries beyond `maxSize` bytes; those of the last ten
 * minutes stay.
 * @returns `undefined` when there is no cache, or another process is at it.
 */
export function pruneCache(dir: string, maxSize: number): Promise<SweepReport | undefined> {
  return sweep(layoutOf(dir), { maxSize, now: Date.now(), isInUse: () => false })
}

/** Removes all entries, of older versions too, and nothing else that may lie in the folder. */
export async function clearCache(dir: string): Promise<CacheSize> {
  const size = await measureCache(dir)
  for (const name of versionsIn(dir)) rmSync(join(dir, name), { recursive: true, force: true })
  try {
    rmdirSync(dir)
  } catch {
    // Others keep something there, or it is gone.
  }
  return size
}

/** Folders of entries, which say by their tag that they are ours: the folder may be shared. */
function versionsIn(dir: string): string[] {
  const isOurs = (name: string) => readIfThere(join(dir, name, 'CACHEDIR.TAG')).includes('made by compress-fast')
  return namesIn(dir).filter((name) => /^v\d+$/.test(name) && isOurs(name))
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir)
  } catch {
    return []
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
