import { BudgetExceededError } from '../errors.js'
import type { Budget } from '../options.js'
import type { Report } from '../types.js'
import { createMatcher } from '../util/match.js'
import { exactBytes } from '../util/units.js'

/** A budget, and what ships of it. */
export interface Spending {
  /** `total` or the glob. */
  readonly name: string
  /** How many files it is about. */
  readonly files: number
  /** Bytes that ship. */
  readonly size: number
  /** Bytes that may ship. */
  readonly budget: number
  /** Bytes too many; 0 where the budget holds. */
  readonly over: number
}

/** What ships of each budget, in the order of the budgets. Inlined files count as the bytes that they are as files. */
export function spendingsOf({ assets }: Pick<Report, 'assets'>, budgets: readonly Budget[]): Spending[] {
  return budgets.map(({ name, glob, bytes: budget }) => {
    const matching = glob === null ? assets : assets.filter(createMatcher([glob]))
    const size = matching.reduce((sum, { after }) => sum + after, 0)
    return { name, files: matching.length, size, budget, over: Math.max(0, size - budget) }
  })
}

/** The error of a build that ships more than it may; `undefined` where all budgets hold. */
export function budgetError(spendings: readonly Spending[]): BudgetExceededError | undefined {
  const over = spendings.filter((spending) => spending.over > 0)
  if (over.length === 0) return undefined
  const count = over.length === 1 ? '1 budget is' : `${over.length} budgets are`
  const hint = 'Make files smaller, ship fewer of them, or raise `budgets`.'
  return new BudgetExceededError(`${count} exceeded:\n${spendingTable(over).join('\n')}`, { hint })
}

/** Names to the left, numbers to the right, each column as wide as its widest cell. */
function spendingTable(spendings: readonly Spending[]): string[] {
  const head = ['budget', 'size', 'allowed', 'over by']
  const rows = spendings.map(({ name, size, budget, over }) => [name, ...[size, budget, over].map(exactBytes)])
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  return all.map((row) => {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0
      return column === 0 ? cell.padEnd(width) : cell.padStart(width)
    })
    return `  ${cells.join('  ')}`
  })
}
