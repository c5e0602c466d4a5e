/** What a sweep knows about an entry. */
export interface EntryUse {
  readonly key: string
  /** Bytes. */
  readonly size: number
  /** Milliseconds since 1970. */
  readonly usedAt: number
}

/** What decides which entries go. */
export interface EvictionRules {
  /** Bytes that all entries may take together. */
  readonly maxSize: number
  /** Milliseconds since 1970. */
  readonly now: number
  readonly isInUse: (key: string) => boolean
  /** What was used more recently than this, in milliseconds, stays. @default 600_000 */
  readonly grace?: number
}

/** Entries used more recently than this, in milliseconds, stay: a build may be about to read them. */
export const gracePeriod: number = 10 * 60 * 1000

// Below the limit, so that not every build that stores something has to evict something.
const lowWater = 0.9

// File systems hand out space in blocks of this many bytes, and thousands of "no gain" entries are smaller than one.
const blockSize = 4096

/** The space an entry takes on disk, in bytes. */
export function spaceOf(size: number): number {
  return Math.ceil(size / blockSize) * blockSize
}

/**
 * The entries to remove, longest unused first, until 90 % of `maxSize` is taken; none while the limit is kept.
 * A time of use in the future is a clock that was wrong: such entries are neither protected nor taken for old.
 */
export function chooseEvictions(entries: readonly EntryUse[], rules: EvictionRules): EntryUse[] {
  const { maxSize, now, isInUse, grace = gracePeriod } = rules
  let total = entries.reduce((sum, { size }) => sum + spaceOf(size), 0)
  if (total <= maxSize) return []
  const candidates = entries
    .filter(({ key, usedAt }) => !isInUse(key) && Math.abs(now - usedAt) >= grace)
    .map((entry) => ({ entry, rank: believable(entry.usedAt, now, grace) }))
    .sort((a, b) => a.rank - b.rank || a.entry.usedAt - b.entry.usedAt)
  const evicted: EntryUse[] = []
  for (const { entry } of candidates) {
    if (total <= maxSize * lowWater) break
    evicted.push(entry)
    total -= spaceOf(entry.size)
  }
  return evicted
}

/** A time of use, or for one in the future the latest that is not protected: from there the entry ages as any other. */
export function believable(usedAt: number, now: number, grace: number = gracePeriod): number {
  return usedAt > now + grace ? now - grace : usedAt
}
