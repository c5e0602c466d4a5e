import { lutimes, unlink } from 'node:fs/promises'
import pLimit from 'p-limit'
import type { Cache, Verdict } from './cache.js'
import { createClaims, type Release } from './claims.js'
import { encodeEntry, largestEntry } from './entry.js'
import { createFolders } from './folders.js'
import { createKeptVerdicts } from './kept.js'
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

// As many as Node's thread pool has threads; a few open files fit under every `ulimit -n`.
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
  const claims = createClaims(layout)
  const kept = createKeptVerdicts({ layout, isThere: folders.isThere, maxSize, now })
  const limitWrites = pLimit(writers)
  const inUse = new Set<string>()
  const underWay = new Set<Promise<void>>()
  let isTold = false
  let mayWrite = true
  let written = 0

  return {
    get(key) {
      assertKey(key)
      return look(key)
    },
    peek(key) {
      assertKey(key)
      return peek(key)
    },
    set(key, verdict) {
      assertKey(key)
      return track(limitWrites(() => store(key, verdict)))
    },
    claim(key) {
      assertKey(key)
      return claim(key)
    },
    whenUnclaimed: claims.gone,
    async settle() {
      while (underWay.size > 0) await Promise.all(underWay)
      // A help for the next run, of which nobody misses anything.
      if (mayWrite) await kept.save().catch(() => undefined)
      await sweepIfDue()
    },
  }

  function peek(key: string): Verdict | undefined {
    const known = kept.find(key)
    if (!known) return undefined
    inUse.add(key)
    refresh(key, known.usedAt)
    return { gain: false, reason: known.reason }
  }

  async function look(key: string): Promise<Verdict | undefined> {
    const known = peek(key)
    if (known) return known
    try {
      const result = isTold ? read(key) : await whileCrowded(() => read(key))
      if (result.kind === 'bad') await unlink(layout.entry(key)).catch(() => undefined)
      if (result.kind !== 'hit') return undefined
      inUse.add(key)
      refresh(key, result.usedAt)
      if (!result.verdict.gain) kept.note(key, result.verdict.reason)
      return result.verdict
    } catch (error) {
      report(error)
      return undefined
    }
  }

  function read(key: string): ReadResult {
    return folders.has(key) ? readEntry(layout.entry(key), key) : { kind: 'missing' }
  }

  /** Once a day is enough to tell what is used from what is not. */
  function refresh(key: string, usedAt: number): void {
    const time = now()
    if (!mayWrite || Math.abs(time - usedAt) < day) return
    void track(lutimes(layout.entry(key), time / 1000, time / 1000).catch(() => undefined))
  }

  async function store(key: string, verdict: Verdict): Promise<void> {
    if (verdict.gain) kept.drop(key)
    if (!mayWrite) return
    try {
      const bytes = encodeEntry(key, verdict)
      if (bytes.byteLength > Math.min(maxSize, largestEntry)) return
      inUse.add(key)
      await write(key, bytes)
      written += bytes.byteLength
      if (!verdict.gain) kept.note(key, verdict.reason)
    } catch (error) {
      if (!lossOfOneEntry.has(codeOf(error))) report(error)
    }
  }

  /** Where nothing can be written nobody can see a claim, and everybody has one. */
  async function claim(key: string): Promise<Release | undefined> {
    const unseen = async () => undefined
    if (!mayWrite) return unseen
    try {
      await folders.make(key)
      const release = await claims.take(key)
      return release && (() => track(release()))
    } catch {
      return unseen
    }
  }

  async function write(key: string, bytes: Uint8Array): Promise<void> {
    const attempt = () =>
      whileCrowded(async () => {
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
