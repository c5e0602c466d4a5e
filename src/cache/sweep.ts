import { lstatSync, lutimesSync, readdirSync, unlinkSync } from 'node:fs'
import { stat, unlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as breathe } from 'node:timers/promises'
import { believable, chooseEvictions, type EntryUse, type EvictionRules } from './evict.js'
import { isKey, type Layout } from './layout.js'
import { codeOf } from './trouble.js'

/** What a sweep did. */
export interface SweepReport {
  readonly entries: number
  readonly evicted: number
  readonly staleTemps: number
}

const minute = 60 * 1000
const hour = 60 * minute

// Writing one file takes seconds at most. What is older was left by a process that was killed.
const tempLifetime = hour
// A sweep takes seconds. An older lock was left by a process that was killed.
const lockLifetime = 10 * minute
const interval = hour
// Between two sweeps a run may store this share of the limit before it sweeps ahead of time.
const share = 0.1

/** Whether a run that stored `written` bytes since its last sweep should sweep now. One that stored nothing never does. */
export async function isSweepDue(
  layout: Layout,
  written: number,
  { maxSize, now }: Omit<EvictionRules, 'isInUse'>,
): Promise<boolean> {
  if (written === 0) return false
  if (written >= maxSize * share) return true
  const last = await stat(layout.marker).catch(() => undefined)
  return last === undefined || isOlder(last.mtimeMs, interval, now)
}

/**
 * Removes what killed writers left behind, and the longest unused entries beyond `maxSize`. Resolves with `undefined`
 * when another process is at it or there is no cache. Safe beside readers, writers and other sweeps: the lock only saves work.
 * @throws what the file system failed with, when it cannot be listed or locked.
 */
export async function sweep(layout: Layout, rules: EvictionRules): Promise<SweepReport | undefined> {
  if (!(await takeLock(layout.lock, rules.now))) return undefined
  try {
    await mark(layout.marker, rules.now)
    const staleTemps = await sweepTemps(layout.temp, rules.now)
    const entries = await listEntries(layout, rules.now)
    const evicted = chooseEvictions(entries, rules)
    await removeEntries(layout, evicted)
    return { entries: entries.length, evicted: evicted.length, staleTemps }
  } finally {
    await unlink(layout.lock).catch(() => undefined)
  }
}

async function takeLock(lock: string, now: number): Promise<boolean> {
  for (const isLastTry of [false, true]) {
    try {
      await writeFile(lock, '', { flag: 'wx' })
      return true
    } catch (error) {
      // A folder that is gone takes no space.
      if (codeOf(error) === 'ENOENT') return false
      if (codeOf(error) !== 'EEXIST') throw error
      const stats = lstatIfThere(lock)
      if (isLastTry || (stats && !isOlder(stats.mtimeMs, lockLifetime, now))) return false
      await unlink(lock).catch(() => undefined)
    }
  }
  return false
}

async function mark(marker: string, now: number): Promise<void> {
  // Removed first, so that a link in its place is not followed. Another sweep may be at the same point.
  await unlink(marker).catch(() => undefined)
  await writeFile(marker, '', { flag: 'wx' }).catch(ignoring('EEXIST'))
  await utimes(marker, now / 1000, now / 1000).catch(ignoring('ENOENT'))
}

function ignoring(code: string): (error: unknown) => void {
  return (error) => {
    if (codeOf(error) !== code) throw error
  }
}

async function sweepTemps(folder: string, now: number): Promise<number> {
  let stale = 0
  for (const [index, name] of namesIn(folder).entries()) {
    if (index % 256 === 255) await breathe()
    const path = join(folder, name)
    const stats = lstatIfThere(path)
    // A time in the future is as wrong as one long past. Should a writer still be at it, it writes once more.
    if (!stats || stats.isDirectory() || !isOlder(stats.mtimeMs, tempLifetime, now)) continue
    if (unlinkIfThere(path)) stale++
  }
  return stale
}

/**
 * All entries of a cache.
 *
 * Synchronous calls in slices of one folder: a quarter of the time that 100,000 promises take, and no long block.
 */
export async function listEntries(layout: Layout, now: number): Promise<EntryUse[]> {
  const entries: EntryUse[] = []
  for (let shard = 0; shard < 256; shard++) {
    const folder = layout.shard(shard.toString(16).padStart(2, '0'))
    if (lstatIfThere(folder)?.isDirectory()) {
      for (const key of namesIn(folder)) {
        const entry = isKey(key) ? lookAt(layout.entry(key), key, now) : undefined
        if (entry) entries.push(entry)
      }
    }
    await breathe()
  }
  return entries
}

function lookAt(path: string, key: string, now: number): EntryUse | undefined {
  const stats = lstatIfThere(path)
  if (!stats?.isFile()) return undefined
  const { size, mtimeMs: usedAt } = stats
  const corrected = believable(usedAt, now)
  if (corrected !== usedAt) touch(path, corrected)
  return { key, size, usedAt }
}

function touch(path: string, time: number): void {
  try {
    lutimesSync(path, time / 1000, time / 1000)
  } catch {
    // Removed meanwhile or not ours: the next sweep sees.
  }
}

async function removeEntries(layout: Layout, entries: readonly EntryUse[]): Promise<void> {
  for (const [index, { key, usedAt }] of entries.entries()) {
    const path = layout.entry(key)
    const stats = lstatIfThere(path)
    // Used or written anew since it was listed: somebody wants it.
    if (stats && stats.mtimeMs <= usedAt) unlinkIfThere(path)
    if (index % 256 === 255) await breathe()
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
}

function lstatIfThere(
  path: string,
): { mtimeMs: number; size: number; isFile(): boolean; isDirectory(): boolean } | undefined {
  return lstatSync(path, { throwIfNoEntry: false })
}

/** False when it is gone already, or when Windows keeps it because somebody reads it. */
function unlinkIfThere(path: string): boolean {
  try {
    unlinkSync(path)
    return true
  } catch {
    return false
  }
}

/** Whether a time is further from now than the limit, into the past or, after a clock was set back, into the future. */
function isOlder(time: number, limit: number, now: number): boolean {
  return Math.abs(now - time) > limit
}
