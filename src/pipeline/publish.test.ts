import { describe, expect, test } from 'vitest'
import { outcomeOf } from '../../test/report/outcomes.js'
import type { Options } from '../options.js'
import type { Spending } from '../report/budgets.js'
import { resolveOptions } from '../resolve-options.js'
import type { Outcome, Report } from '../types.js'
import { createStopwatch } from '../util/stopwatch.js'
import { createLedger } from './ledger.js'
import { createPublisher } from './publish.js'
import { createPalette } from './terminal.js'
import { createWarnings } from './warnings.js'

const github = { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: '/repo' }
const image = outcomeOf('a.png', 2000, 1001)
const torn = outcomeOf('torn.png', 500, 500, { outcome: 'failed', reason: 'broken-asset' })

function publisherWith(options: Options, outcomes: readonly Outcome[], env: NodeJS.ProcessEnv = {}) {
  const written: { report: Report; spendings: readonly Spending[] }[] = []
  const warned: string[] = []
  const marks: string[] = []
  const ledger = createLedger()
  for (const outcome of outcomes) ledger.add('/dist', outcome)
  const publisher = createPublisher({
    options: resolveOptions(options, env),
    root: '/repo/app',
    engine: { id: 'test', version: '1', formats: [], compress: async () => ({ gain: false, reason: 'no-gain' }) },
    ledger,
    warnings: createWarnings(),
    clock: createStopwatch(),
    palette: createPalette(false),
    logger: () => ({ isQuiet: false, info: () => {}, warn: (line) => void warned.push(line) }),
    files: { write: async (report, spendings) => void written.push({ report, spendings }) },
    mark: (line) => void marks.push(line),
  })
  return { publisher, written, warned, marks, ledger }
}

describe('over budget', () => {
  const options = { budgets: { total: '1 kB' } }

  test('a build fails, after the report that says so was written', async () => {
    const { publisher, written, warned } = publisherWith(options, [image])
    await expect(publisher.publish('whole')).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED', scope: 'run' })
    expect(written.map(({ report }) => report.warnings.map(({ code }) => code))).toEqual([['BUDGET_EXCEEDED']])
    expect(written[0]?.spendings).toMatchObject([{ size: 1001, over: 1 }])
    expect(warned).toEqual([])
  })

  test('what is watched warns, once for each change', async () => {
    const { publisher, warned, ledger } = publisherWith(options, [image])
    await publisher.publish('first')
    await publisher.publish('rebuild')
    expect(warned).toHaveLength(1)
    expect(warned[0]).toContain('1,001 B')
    ledger.add('/dist', outcomeOf('a.png', 2000, 1000))
    await publisher.publish('rebuild')
    ledger.add('/dist', outcomeOf('a.png', 2000, 1100))
    await publisher.publish('rebuild')
    expect(warned).toHaveLength(2)
  })
})

describe('frozen', () => {
  const missing = (count: number) =>
    Array.from({ length: count }, (_, index) =>
      outcomeOf(`${index}.png`, 5, 5, { source: null, outcome: 'failed', reason: 'not-locked' }),
    )

  test('a build that lacks results fails and names them, at some length; what is watched warns', async () => {
    const { publisher, warned, written } = publisherWith({ frozen: true }, [...missing(23), torn])
    const error: unknown = await publisher.publish('whole').catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'FROZEN', scope: 'run' })
    const { message } = error as Error
    expect(message).toMatch(
      /^`frozen` is set, and 23 files would have to be compressed:\n {2}not in compress-fast\.lock:\n/,
    )
    expect(message).toContain('… and 3 more; the JSON report lists all')
    expect(message.match(/^ {4}\d+\.png$/gm)).toHaveLength(20)
    expect(written[0]?.report.warnings.map(({ code }) => code)).toEqual(['FROZEN'])
    await publisher.publish('first')
    await publisher.publish('rebuild')
    expect(warned).toHaveLength(1)
  })

  test('a lock file that cannot be relied on is all that there is to say', async () => {
    const { publisher } = publisherWith({ frozen: true }, missing(1))
    await expect(publisher.publish('whole', ['line 7 is damaged'])).rejects.toThrow(
      'compress-fast.lock cannot be relied on:\n  line 7 is damaged\nBuild without',
    )
  })

  test('a budget that is exceeded as well is told too', async () => {
    const { publisher, warned } = publisherWith({ frozen: true, budgets: { total: 1 } }, missing(1))
    await expect(publisher.publish('whole')).rejects.toThrow('1 file would')
    expect(warned.join()).toContain('1 budget is exceeded')
  })
})

describe('marks in a CI log', () => {
  test('stand for failed files and budgets, each once', async () => {
    const { publisher, marks } = publisherWith({ budgets: { total: 1 } }, [image, torn], github)
    await expect(publisher.publish('part')).rejects.toThrow('budget')
    await expect(publisher.publish('part')).rejects.toThrow('budget')
    expect(marks).toEqual([
      '::warning file=app/src/torn.png,title=compress-fast::torn.png ships as it was. Damaged, incomplete or empty.',
      expect.stringMatching(/^::error title=compress-fast::1 budget is exceeded:%0A.*1,501 B/),
    ])
  })

  test.each([
    ['for nobody who reads them', {}, {}],
    ['for nobody who wants to hear of failures', { onError: 'keep' as const }, github],
    ['when they are switched off', { report: { annotations: false } }, github],
  ])('are not written %s', async (_, options, env) => {
    const { publisher, marks } = publisherWith(options, [torn], env)
    await publisher.publish('whole')
    expect(marks).toEqual([])
  })
})
