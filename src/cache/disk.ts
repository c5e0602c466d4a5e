import { lutimes, unlink } from 'node:fs/promises'
import pLimit from 'p-limit'
import type { Cache, Verdict } from './cache.js'
import { encodeEntry, largestEntry } from './entry.js'
import { createFolders } from './folders.js'
import { assertKey, layoutOf } from './layout.js'
import { whileCrowded } from './patience.js'
import { type ReadResult, readEntry } from './read-entry.js'
import { isSweepDue, sweep } from './sweep.js'
import { codeOf, troubleOf } from './trouble.js'
import { writeEntry } from './write-entry.js'

/** What a disk cache is made of. */
export interface DiskCacheOptions {
  /** Made when first needed. */
  readonly dir: string
  /** Bytes that all entries may take together. Kept by `settle`, so builds may pass it for a while. */
  readonly maxSize: number
  /** Told at most once, whatever goes wrong how often. */
  readonly warn: (message: string, hint: string) => void
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined
}

// Together with what Node itself keeps open this fits under `ulimit -n 64`. More readers gain nothing: the thread
// pool has four threads.
const readers = 16
const writers = 4

const day = 24 * 60 * 60 * 1000

// A directory stands where this entry belongs: the next entry may be fine.
const lossOfOneEntry = new Set(['EISDIR', 'ENOTEMPTY'])

/**
 * Results in a folder, one file each, shared by any number of processes without locks.
 * @throws TypeError from `get` and `set` at once when a key is not 64 lower-case hex digits. Nothing else throws.
 */
export function createDiskCache({ dir, maxSize, warn, now = Date.now }: DiskCacheOptions): Cache {
  const layout = layoutOf(dir)
  const folders = createFolders(layout)
  const limitReads = pLimit(readers)
  const limitWrites = pLimit(writers)
  const inUse = new Set<string>()
  const underWay = new Set<Promise<void>>()
  let isTold = false
  let mayWrite = true
  let written = 0

  return {
    get(key) {
      assertKey(key)
      return limitReads(() => look(key))
    },
    set(key, verdict) {
      assertKey(key)
      return track(limitWrites(() => store(key, verdict)))
    },
    async settle() {
      while (underWay.size > 0) await Promise.all(underWay)
      await sweepIfDue()
    },
  }

  async function look(key: string): Promise<Verdict | undefined> {
    try {
      const result = await patiently(() => read(key))
      if (result.kind === 'bad') await unlink(layout.entry(key)).catch(() => undefined)
      if (result.kind !== 'hit') return undefined
      inUse.add(key)
      refresh(key, result.usedAt)
      return result.verdict
    } catch (error) {
      report(error)
      return undefined
    }
  }

  async function read(key: string): Promise<ReadResult> {
    return (await folders.has(key)) ? readEntry(layout.entry(key), key) : { kind: 'missing' }
  }

  /** Once a day is enough to tell what is used from what is not. */
  function refresh(key: string, usedAt: number): void {
    const time = now()
    if (!mayWrite || Math.abs(time - usedAt) < day) return
    void track(lutimes(layout.entry(key), time / 1000, time / 1000).catch(() => undefined))
  }

  async function store(key: string, verdict: Verdict): Promise<void> {
    if (!mayWrite) return
    try {
      const bytes = encodeEntry(key, verdict, now())
      if (bytes.byteLength > Math.min(maxSize, largestEntry)) return
      inUse.add(key)
      await write(key, bytes)
      written += bytes.byteLength
    } catch (error) {
      if (!lossOfOneEntry.has(codeOf(error))) report(error)
    }
  }

  async function write(key: string, bytes: Uint8Array): Promise<void> {
    const attempt = () =>
      patiently(async () => {
        await folders.make(key)
        await writeEntry(layout, key, bytes)
      })
    try {
      await attempt()
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error
      // Somebody cleaned up while we were at work. Once more from scratch.
      folders.forget()
      await attempt()
    }
  }

  /** Waits out a lack of file handles, but not again for each of a thousand entries once that was in vain. */
  function patiently<T>(operation: () => Promise<T>): Promise<T> {
    return isTold ? operation() : whileCrowded(operation)
  }

  async function sweepIfDue(): Promise<void> {
    const rules = { maxSize, now: now(), isInUse: (key: string) => inUse.has(key) }
    try {
      if (!(await isSweepDue(layout, written, rules))) return
      written = 0
      await sweep(layout, rules)
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') report(error)
    }
  }

  function report(error: unknown): void {
    mayWrite = false
    if (isTold) return
    isTold = true
    const { message, hint } = troubleOf(error, dir)
    warn(message, hint)
  }

  function track(work: Promise<void>): Promise<void> {
    underWay.add(work)
    void work.finally(() => underWay.delete(work))
    return work
  }
}
