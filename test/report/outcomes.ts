import type { Outcome, Report } from 'unplugin-compress-fast'
import { totalsOf } from '../../src/pipeline/report.js'

/** A file of a report, compressed where fewer bytes ship. */
export function outcomeOf(path: string, before: number, after: number, more: Partial<Outcome> = {}): Outcome {
  const outcome = after < before ? 'compressed' : 'kept'
  return {
    path,
    source: `src/${path}`,
    origin: 'bundle',
    format: 'png',
    before,
    after,
    outcome,
    from: outcome === 'compressed' ? 'disk' : null,
    reason: outcome === 'compressed' ? null : 'no-gain',
    quality: null,
    digest: `sha256-${path}-${after}`,
    ms: 1,
    ...more,
  }
}

export function reportOf(assets: readonly Outcome[], more: Partial<Report> = {}): Report {
  return {
    schema: 1,
    engine: { id: 'local', version: '1' },
    settings: { quality: 'balanced', effort: 'balanced', metadata: 'safe' },
    totals: { ...totalsOf(assets), durationMs: 812 },
    assets,
    warnings: [],
    ...more,
  }
}

/** Names that try to be more than names, in HTML, Markdown, and logs. */
export const hostileNames: readonly string[] = [
  '</script><img src=x onerror="globalThis.hacked = 1">.png',
  `"><svg onload='globalThis.hacked = 1'>.png`,
  'a|b`c``d|.png',
  '<!-- compress-fast -->[link](https://example.org) @someone **bold**.png',
  'line\n::error::two\r\n.png',
  '\u202Egnp.exe',
  '<!-- /compress-fast -->.png',
]
