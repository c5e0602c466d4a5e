const MIB = 2 ** 20

/** Bounds that hold before anything is unpacked. */
export interface ZipLimits {
  /** Most entries. */
  readonly entries: number
  /** Most bytes of one unpacked entry. */
  readonly entry: number
  /** Most bytes of all unpacked entries together. */
  readonly total: number
}

/** Large workbooks reach some hundred MiB, and decks with films too; both stay far below these. */
export const ZIP_LIMITS: ZipLimits = { entries: 10_000, entry: 256 * MIB, total: 1024 * MIB }

/**
 * Unpacked bytes per packed one. Worksheets of equal rows reach 200, documents as a whole seldom 20; deflate cannot
 * exceed 1,032. What is small in absolute terms does no harm at any ratio.
 */
const MOST_ENTRY_RATIO = 400
const HARMLESS_ENTRY = 16 * MIB
const MOST_TOTAL_RATIO = 100
const HARMLESS_TOTAL = 128 * MIB

/** Whether one entry unpacks to out of proportion. */
export function isEntryBomb(packed: number, unpacked: number): boolean {
  return unpacked > HARMLESS_ENTRY && unpacked > packed * MOST_ENTRY_RATIO
}

/** Whether all entries together do. */
export function isArchiveBomb(packed: number, unpacked: number): boolean {
  return unpacked > HARMLESS_TOTAL && unpacked > packed * MOST_TOTAL_RATIO
}
