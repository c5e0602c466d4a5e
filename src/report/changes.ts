import type { Outcome, Report } from '../types.js'

/** A file whose shipped size is another one than in an earlier report. */
export interface Change {
  /** The source, where the bundler said, as names in the output follow the content. */
  readonly name: string
  /** Bytes that shipped; `null` for a new file. */
  readonly was: number | null
  /** Bytes that ship; `null` for a file that is gone. */
  readonly is: number | null
}

/** What ships other than before, the largest difference first. */
export function changesSince(base: Report, report: Report): Change[] {
  const was = byName(base)
  const is = byName(report)
  const names = [...new Set([...is.keys(), ...was.keys()])]
  const changes = names.flatMap((name) => pair(name, was.get(name) ?? [], is.get(name) ?? []))
  return changes.toSorted((a, b) => Math.abs(growthOf(b)) - Math.abs(growthOf(a)))
}

/** Bytes more that ship; negative for fewer. */
export function growthOf({ was, is }: Change): number {
  return (is ?? 0) - (was ?? 0)
}

/** Files of the same name, as several outputs have them: what ships in both reports is no change. */
function pair(name: string, was: readonly Outcome[], is: readonly Outcome[]): Change[] {
  const gone = without(was, is)
  const come = without(is, was)
  return Array.from({ length: Math.max(gone.length, come.length) }, (_, index) => {
    return { name, was: gone[index]?.after ?? null, is: come[index]?.after ?? null }
  })
}

/** Those of which the others have no equal: by digest, each counted as often as it is there. */
function without(outcomes: readonly Outcome[], others: readonly Outcome[]): Outcome[] {
  const left = others.map(({ digest }) => digest)
  return outcomes.filter(({ digest }) => {
    const index = left.indexOf(digest)
    if (index >= 0) left.splice(index, 1)
    return index < 0
  })
}

function byName({ assets }: Report): Map<string, Outcome[]> {
  const groups = new Map<string, Outcome[]>()
  for (const asset of assets) {
    const name = asset.source ?? asset.path
    groups.set(name, [...(groups.get(name) ?? []), asset])
  }
  return groups
}
