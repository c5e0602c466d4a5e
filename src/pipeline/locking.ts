import type { Verdict } from '../cache/cache.js'
import { digestOf } from '../cache/key.js'
import type { LockFile } from '../lock/lock-file.js'
import { fileOf, type LockLine } from '../lock/lock-text.js'
import type { ResolvedOptions } from '../options.js'
import type { AssetSettings, Format, Locked, LockedResult } from '../types.js'
import { relativeTo } from '../util/path.js'
import type { Ledger } from './ledger.js'
import type { Warnings } from './warnings.js'
import { type Maker, type ResultStore, relevantOf } from './work.js'

/** Keeps a lock file up to date. */
export interface Locking {
  /** Notes what the builds of these folders found. Never rejects. */
  update(places: Iterable<string>): Promise<void>
}

export interface LockingParts {
  readonly lock: LockFile | null
  readonly options: Pick<ResolvedOptions, 'frozen' | 'lockFile'>
  readonly root: string
  readonly ledger: Ledger
  readonly warnings: Warnings
  readonly results: ResultStore
}

export function createLocking({ lock, options, root, ledger, warnings, results }: LockingParts): Locking {
  const session = {}
  return {
    async update(places) {
      if (lock === null || options.frozen || !(options.lockFile?.isWanted || lock.isThere())) return
      const release = await claim(lock)
      try {
        const names = new Set(Array.from(places, placeName))
        const before = await lock.update(session, { lines: ledger.locked().map(lineOf), places: names })
        for (const { line, what } of before?.faults.slice(0, 1) ?? []) {
          const message = `Line ${line} of ${options.lockFile?.path} was ${what}. The file was written anew.`
          warnings.add('LOCK_DAMAGED', message, 'Look at what changed before you commit it.')
        }
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error)
        warnings.add('LOCK_FAILED', `The lock file could not be brought up to date: ${why}`, 'It is as it was.')
      } finally {
        await release()
      }
    },
  }

  /** Other processes that share the cache read and write the same file. */
  async function claim({ path }: LockFile): Promise<() => Promise<void>> {
    const key = digestOf(Buffer.from(`lock file ${path}`))
    for (;;) {
      const release = await results.claim(key)
      if (release) return release
      await results.whenUnclaimed(key, new AbortController().signal)
    }
  }

  function lineOf({ place, path, source, locked }: ReturnType<Ledger['locked']>[number]): LockLine {
    return { file: fileOf({ source, path, place: placeName(place), asked: locked.asked }), ...locked }
  }

  function placeName(place: string): string {
    return relativeTo(root, place) || '.'
  }
}

/** A result by what it was made from. */
export function lockedOf(
  { engine, keyOf }: Pick<Maker, 'engine' | 'keyOf'>,
  digest: string,
  { format, settings, asked }: { format: Format; settings: AssetSettings; asked?: string | undefined },
  verdict: Verdict,
): Locked {
  return {
    key: keyOf(digest, format, settings),
    digest,
    format,
    settings: relevantOf(engine, settings, format),
    engine: { id: engine.id, version: engine.version },
    ...(asked !== undefined && { asked }),
    result: resultOf(verdict),
  }
}

export function resultOf(verdict: Verdict): LockedResult {
  if (!verdict.gain) return { gain: false, reason: verdict.reason }
  return { gain: true, digest: verdict.digest, size: verdict.bytes.byteLength }
}
