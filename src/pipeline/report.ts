import type { Engine } from '../engine/engine.js'
import type { ResolvedOptions } from '../options.js'
import { qualityName } from '../resolve-options.js'
import type { Outcome, Report, Totals, Warning } from '../types.js'

export interface ReportFacts {
  readonly engine: Pick<Engine, 'id' | 'version'>
  readonly options: Pick<ResolvedOptions, 'base'>
  readonly outcomes: readonly Outcome[]
  readonly warnings: readonly Warning[]
  readonly durationMs: number
  readonly credits?: number | undefined
}

/** Puts a report together. Assets are in the order of their paths, so that two reports can be compared. */
export function createReport({ engine, options, outcomes, warnings, durationMs, credits = 0 }: ReportFacts): Report {
  const assets = outcomes.toSorted((a, b) => compareText(a.path, b.path))
  return {
    schema: 1,
    engine: { id: engine.id, version: engine.version },
    settings: { ...options.base, quality: qualityName(options.base.quality) },
    totals: { ...totalsOf(assets), credits, durationMs: Math.round(durationMs) },
    assets,
    warnings,
  }
}

/** Adds outcomes up. */
export function totalsOf(outcomes: readonly Outcome[]): Omit<Totals, 'durationMs'> {
  const count = (outcome: Outcome['outcome']) => outcomes.filter((line) => line.outcome === outcome).length
  const from = { engine: 0, memory: 0, disk: 0, remote: 0 }
  for (const line of outcomes) if (line.from) from[line.from]++
  return {
    assets: outcomes.length,
    before: outcomes.reduce((sum, line) => sum + line.before, 0),
    after: outcomes.reduce((sum, line) => sum + line.after, 0),
    compressed: count('compressed'),
    kept: count('kept'),
    failed: count('failed'),
    from,
    credits: 0,
  }
}

// The order of code points, which is the same on every machine.
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
