import { describe, expect, test } from 'vitest'
import { outcomeOf, reportOf } from '../../test/report/outcomes.js'
import { resolveOptions } from '../resolve-options.js'
import { budgetError, spendingsOf } from './budgets.js'

const report = reportOf([
  outcomeOf('img/a.png', 900_000, 500_000, { source: 'src/hero/a.png' }),
  outcomeOf('img/b.png', 300_001, 300_001),
  outcomeOf('c.jpg', 2000, 1000),
])

const check = (budgets: Record<string, number | string>) => spendingsOf(report, resolveOptions({ budgets }, {}).budgets)

describe('a budget', () => {
  test('adds up what ships: of all files, or of those that a glob matches by output or source path', () => {
    const sizes = check({ total: 0, 'img/**': 0, '*.png': 0, 'src/hero/**': 0, 'none/**': 0 })
    expect(sizes.map(({ name, files, size }) => [name, files, size])).toEqual([
      ['total', 3, 801_001],
      ['img/**', 2, 800_001],
      ['*.png', 2, 800_001],
      ['src/hero/**', 1, 500_000],
      ['none/**', 0, 0],
    ])
  })

  test('that is taken to the last byte holds, and one byte less does not', () => {
    expect(budgetError(check({ total: 801_001, 'img/**': 800_001 }))).toBeUndefined()
    const error = budgetError(check({ total: 801_001, 'img/**': '800 kB' }))
    expect(error).toMatchObject({ code: 'BUDGET_EXCEEDED', scope: 'run' })
    expect(error?.message.split('\n')).toEqual([
      '1 budget is exceeded:',
      '  budget       size    allowed  over by',
      '  img/**  800,001 B  800,000 B      1 B',
    ])
  })
})
