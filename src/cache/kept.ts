import { decodeKept, encodeKept, type KeptRecord, type KeptTable, recordLength } from './kept-file.js'
import type { Layout } from './layout.js'
import { readPlainFile } from './read-plain-file.js'
import { writeWhole } from './write-whole.js'

/**
 * Verdicts that something stays as it is, in one file besides an entry for each: a run over a thousand files that are
 * done opens one file instead of a thousand. It says nothing that entries do not say, may be behind them, and may be
 * removed at any time.
 */
export interface KeptVerdicts {
  /** Why something stays as it is, and when that was last asked, in milliseconds since 1970. Never throws. */
  find(key: string): { readonly reason: string; readonly usedAt: number } | undefined
  /** Notes what an entry says. */
  note(key: string, reason: string): void
  /** Something that was to stay as it is has become smaller after all. */
  drop(key: string): void
  /** Writes what is new, where that is enough to be worth it. @throws what the file system failed with. */
  save(): Promise<void>
}

/** What `createKeptVerdicts` works with. */
export interface KeptParts {
  readonly layout: Layout
  /** Whether the folder of entries is there, and no link. @throws what looking at it failed with. */
  readonly isThere: () => boolean
  /** Bytes that all entries may take together. */
  readonly maxSize: number
  /** Milliseconds since 1970. */
  readonly now: () => number
}

// Fewer are read as quickly from their own files as this one is written.
const worthWriting = 16
// 2.3 MB, which takes 2 ms to read and to prove.
const mostRecords = 65_536
// Of the space for entries this takes at most one part in so many.
const share = 64

const day = 24 * 60 * 60 * 1000

export function createKeptVerdicts({ layout, isThere, maxSize, now }: KeptParts): KeptVerdicts {
  const fresh = new Map<string, string>()
  const dropped = new Set<string>()
  const used = new Set<string>()
  let table: KeptTable | null | undefined

  return {
    find(key) {
      table ??= readTable() ?? null
      const known = dropped.has(key) ? undefined : table?.find(key)
      if (!known) return undefined
      if (known.day !== today()) used.add(key)
      return { reason: known.reason, usedAt: known.day * day }
    },
    note(key, reason) {
      fresh.set(key, reason)
      dropped.delete(key)
    },
    drop(key) {
      fresh.delete(key)
      if (table?.find(key)) dropped.add(key)
    },
    async save() {
      if (fresh.size < worthWriting && dropped.size === 0 && used.size === 0) return
      // Other processes may have written meanwhile. Of what two write at the same time, the next run notes the rest anew.
      const records = readTable()?.all() ?? new Map<string, KeptRecord>()
      for (const [key, reason] of fresh) records.set(key, { reason, day: today() })
      for (const key of used) touch(records, key)
      for (const key of dropped) records.delete(key)
      const bytes = encodeKept(latest(records))
      await writeWhole({ layout, target: layout.kept, bytes, isThere: () => false })
      for (const noted of [fresh, dropped, used]) noted.clear()
      table = undefined
    },
  }

  function today(): number {
    return Math.floor(now() / day)
  }

  function touch(records: Map<string, KeptRecord>, key: string): void {
    const record = records.get(key)
    if (record) records.set(key, { ...record, day: today() })
  }

  /** As many as there is room for; those go that were not used for longest. */
  function latest(records: Map<string, KeptRecord>): Map<string, KeptRecord> {
    const most = Math.min(mostRecords, Math.floor(maxSize / share / recordLength))
    if (records.size <= most) return records
    return new Map([...records].sort(([, a], [, b]) => b.day - a.day).slice(0, most))
  }

  function readTable(): KeptTable | undefined {
    try {
      return isThere() ? readKept(layout) : undefined
    } catch {
      // The entries are asked next, and say what is wrong.
      return undefined
    }
  }
}

/** What lies in the file; `undefined` where there is none, or one that is not whole. @throws as `readPlainFile`. */
export function readKept(layout: Layout): KeptTable | undefined {
  const file = readPlainFile(layout.kept, 2 * mostRecords * recordLength)
  return file.kind === 'read' ? decodeKept(file.bytes) : undefined
}
