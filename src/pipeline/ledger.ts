import { resolve } from 'node:path'
import type { Asset, Locked, Outcome } from '../types.js'

/** The result behind a line. */
export interface FoundResult {
  readonly locked?: Locked | undefined
  /** Further sources of the file. */
  readonly alsoFrom?: readonly string[] | undefined
}

/** A result, and a file that it is the result of. */
export interface LockedFile extends Pick<Outcome, 'path' | 'source'> {
  readonly place: string
  readonly locked: Locked
}

/** The outcomes of a session: one line for each file in each output folder. */
export interface Ledger {
  /** Adds a line. One that says the same as before but for where the result came from stays as first told. */
  add(place: string, outcome: Outcome, found?: FoundResult): void
  /** Whether a file already has its line, whoever told of it. */
  has(place: string, asset: Pick<Asset, 'path' | 'origin'>): boolean
  /** Drops the lines of a place that is built anew. Inlined data stays: bundlers do not show unchanged modules again. */
  forget(place: string): void
  /** Drops the line of a file that turned out not to ship. */
  drop(place: string, asset: Pick<Asset, 'path' | 'origin'>): void
  /** Notes modules that pull a source in, besides those noted before. */
  link(source: string, importers: readonly string[]): void
  /** Adds credits that were spent. */
  spend(credits: number): void
  /** Credits that were spent since all lines were dropped. */
  credits(): number
  /** Drops all lines. */
  clear(): void
  /** All lines, in the order in which they were first added. */
  all(): Outcome[]
  /** The results behind the lines, one for each source of a file. */
  locked(): LockedFile[]
  /** The lines that were added or replaced since the last call. */
  takeFresh(): Outcome[]
}

const fileOrigins = ['bundle', 'public', 'folder'] as const

export function createLedger(): Ledger {
  const lines = new Map<string, { place: string; outcome: Outcome; found: FoundResult }>()
  let fresh = new Set<string>()
  const links = new Map<string, Set<string>>()
  let credits = 0
  // Builds for servers write next to those for browsers, by paths that lead out of their folders: one file, one line.
  const idOf = (place: string, { path, origin }: Pick<Asset, 'path' | 'origin'>) =>
    JSON.stringify(origin === 'inline' ? [place, path, origin] : [resolve(place, path), origin])
  return {
    add(place, outcome, found = {}) {
      const id = idOf(place, outcome)
      const known = lines.get(id)
      if (known && isSame(known.outcome, outcome)) {
        lines.set(id, { ...known, found })
        return
      }
      lines.set(id, { place, outcome, found })
      fresh.add(id)
    },
    has: (place, { path, origin }) =>
      (origin === 'inline' ? [origin] : fileOrigins).some((origin) => lines.has(idOf(place, { path, origin }))),
    forget(place) {
      for (const [id, line] of lines) {
        if (line.place === place && line.outcome.origin !== 'inline') lines.delete(id)
      }
    },
    drop: (place, asset) => void lines.delete(idOf(place, asset)),
    link(source, importers) {
      links.set(source, new Set([...(links.get(source) ?? []), ...importers]))
    },
    spend(more) {
      credits += more
    },
    credits: () => credits,
    clear() {
      lines.clear()
      credits = 0
      fresh.clear()
      links.clear()
    },
    all: () => [...lines.values()].map((line) => withImporters(line.outcome)),
    locked: () =>
      [...lines.values()].flatMap(({ place, outcome: { path, source }, found: { locked, alsoFrom = [] } }) =>
        locked ? [source, ...alsoFrom].map((from) => ({ place, path, source: from, locked })) : [],
      ),
    takeFresh() {
      const taken = [...fresh].flatMap((id) => lines.get(id)?.outcome ?? [])
      fresh = new Set()
      return taken
    },
  }

  function withImporters(outcome: Outcome): Outcome {
    const importers = outcome.source === null ? undefined : links.get(outcome.source)
    return importers ? { ...outcome, importers: [...importers].toSorted() } : outcome
  }
}

function isSame(known: Outcome, next: Outcome): boolean {
  return (['digest', 'before', 'outcome', 'reason'] as const).every((field) => known[field] === next[field])
}
