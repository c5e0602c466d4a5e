import { describe, expect, test } from 'vitest'
import type { Outcome } from '../types.js'
import { createReport } from './report.js'
import { summaryLine, summaryLines, warningLines } from './summary.js'
import { createPalette } from './terminal.js'

const plain = createPalette(false)

function line(path: string, before: number, after: number, more: Partial<Outcome> = {}): Outcome {
  const outcome = after < before ? 'compressed' : 'kept'
  const rest = {
    source: null,
    origin: 'bundle',
    format: 'png',
    quality: null,
    digest: '',
    ms: 1,
    reason: null,
  } as const
  return { path, before, after, outcome, from: 'disk', ...rest, ...more }
}

const outcomes = [
  line('b.png', 2000, 1000),
  line('a.png', 50_000, 20_000, { from: 'engine' }),
  line('c.png', 300, 300, { from: null }),
  line('d.png', 500, 500, { outcome: 'failed', from: null }),
]

test('a summary names the largest savings and adds up', () => {
  expect(summaryLines(outcomes, 812, plain)).toEqual([
    '',
    '  a.png    50.0 kB →   20.0 kB  −60 %',
    '  b.png     2.0 kB →    1.0 kB  −50 %',
    'compress-fast  4 files  52.8 kB → 21.8 kB  −59 %  812 ms',
    '  2 compressed, 1 kept, 1 failed, 1 from engine, 1 from disk',
  ])
  expect(summaryLines([], 0, plain)).toEqual([])
})

test('many files do not push the totals out of sight', () => {
  const many = Array.from({ length: 30 }, (_, index) => line(`${index}.png`, 1000 + index, 10))
  expect(summaryLines(many, 0, plain)).toHaveLength(1 + 8 + 1 + 2)
  expect(summaryLines(many, 0, plain)).toContain('  … and 22 more')
})

test('a rebuild is one line', () => {
  expect(summaryLine(outcomes.slice(0, 1), 3, plain)).toEqual([
    'compress-fast  1 file  2.0 kB → 1.0 kB  −50 %  3 ms ·   1 compressed, 0 kept, 1 from disk',
  ])
})

describe('warnings', () => {
  test('have their hints below', () => {
    expect(warningLines([{ code: 'A', message: 'What.', hint: 'Do.' }])).toEqual(['compress-fast: What.\n  Do.'])
  })

  test('of one kind are limited', () => {
    const many = Array.from({ length: 25 }, (_, index) => ({ code: 'A', message: `${index}`, hint: null }))
    const lines = warningLines([...many, { code: 'B', message: 'b', hint: null }])
    expect(lines).toHaveLength(12)
    expect(lines[10]).toBe('compress-fast: and 15 more like this; the JSON report lists all.')
    expect(lines[11]).toBe('compress-fast: b')
  })
})

test('a report is ordered by path and adds up', () => {
  const options = { base: { quality: 80, effort: 'balanced', metadata: 'safe' } } as const
  const report = createReport({ engine: { id: 'x', version: '1' }, options, outcomes, warnings: [], durationMs: 1.6 })
  expect(report.assets.map(({ path }) => path)).toEqual(['a.png', 'b.png', 'c.png', 'd.png'])
  expect(report.totals).toEqual({
    assets: 4,
    before: 52_800,
    after: 21_800,
    compressed: 2,
    kept: 1,
    failed: 1,
    credits: 0,
    durationMs: 2,
    from: { engine: 1, memory: 0, disk: 1, remote: 0 },
  })
})
