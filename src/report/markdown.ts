import type { Outcome, Report, Warning } from '../types.js'
import { exactBytes, formatBytes, formatSaving } from '../util/units.js'
import type { Spending } from './budgets.js'
import { type Change, changesSince, growthOf } from './changes.js'
import { markdownCode, markdownTable } from './markdown-text.js'
import { reasonText } from './reasons.js'

/** What a summary in Markdown is made of. */
export interface MarkdownParts {
  readonly report: Report
  /** The project, where there are several. */
  readonly name?: string
  readonly spendings?: readonly Spending[]
  /** An earlier report to compare with; `null` where one was asked for and is not there. */
  readonly base?: Report | null
}

const rowsShown = 12
const listedShown = 50

// GitHub refuses comments of more than 65,536 characters, and summaries of a step of more than a mebibyte.
const mostCharacters = 60_000

/** A summary for a CI job's page or a pull request: totals, budgets, what changed, largest savings, what was left alone. */
export function renderMarkdown({ report, name = '', spendings = [], base }: MarkdownParts): string {
  const { assets, warnings } = report
  const failed = assets.filter(({ outcome }) => outcome === 'failed')
  const kept = assets.filter(({ outcome }) => outcome === 'kept')
  // Budgets have a table of their own.
  const others = warnings.filter(({ code }) => code !== 'BUDGET_EXCEEDED' || spendings.length === 0)
  const parts = [
    headline(report, name),
    totals(report),
    budgets(spendings),
    base === undefined ? '' : difference(base, report),
    savings(assets),
    details(`${count(failed, 'file')} failed`, failed.map(reasonLine)),
    details(`${count(kept, 'file')} kept as they were`, kept.map(reasonLine)),
    details(count(others, 'warning'), others.map(warningLine)),
  ]
  return within(parts.filter((part) => part !== '')).join('\n\n')
}

/** Parts from the first on, as many as there is room for. */
function within(parts: readonly string[]): readonly string[] {
  let size = 0
  const end = parts.findIndex((part) => {
    size += part.length + 2
    return size > mostCharacters
  })
  if (end < 0) return parts
  return [...parts.slice(0, end), 'More than a comment holds: the rest is in the report as HTML and JSON.']
}

function headline({ totals: { before, after } }: Report, name: string): string {
  const about = name === '' ? '' : ` ${markdownCode(name)}`
  return `### compress-fast${about}: ${formatBytes(before)} → ${formatBytes(after)} (${formatSaving(before, after)})`
}

function totals({ totals, assets }: Report): string {
  const { compressed, kept, failed } = totals
  return `${count(assets, 'file')}: ${compressed} compressed, ${kept} kept, ${failed} failed.`
}

function budgets(spendings: readonly Spending[]): string {
  if (spendings.length === 0) return ''
  const rows = spendings.map(({ name, files, size, budget, over }) => {
    const verdict = over > 0 ? `**over by ${exactBytes(over)}**` : `${exactBytes(budget - size)} left`
    return [markdownCode(name), String(files), exactBytes(size), exactBytes(budget), verdict]
  })
  return markdownTable(['Budget', 'Files', 'Size', 'Allowed', ''], rows)
}

function difference(base: Report | null, report: Report): string {
  if (base === null) return 'There is no base report to compare with yet.'
  const was = base.totals.after
  const is = report.totals.after
  const sum = `Against the base: ${formatBytes(was)} → ${formatBytes(is)}, ${growth(is - was)}.`
  const changes = changesSince(base, report)
  if (changes.length === 0) return `${sum} The same files ship.`
  const kinds = changeKinds.flatMap(({ name, isOne }) => {
    const number = changes.filter(isOne).length
    return number > 0 ? [`${number} ${name}`] : []
  })
  const table = markdownTable(['Changed', 'Base', 'Now', 'Difference'], changes.slice(0, rowsShown).map(changeRow))
  return `${sum} ${kinds.join(', ')}.\n\n${table}${more(changes.length - rowsShown)}`
}

const changeKinds = [
  { name: 'larger', isOne: ({ was, is }: Change) => was !== null && is !== null && is > was },
  { name: 'smaller', isOne: ({ was, is }: Change) => was !== null && is !== null && is < was },
  { name: 'changed at the same size', isOne: ({ was, is }: Change) => was === is },
  { name: 'new', isOne: ({ was }: Change) => was === null },
  { name: 'gone', isOne: ({ is }: Change) => is === null },
] as const

function changeRow(change: Change): string[] {
  const { name, was, is } = change
  const size = (bytes: number | null, nothing: string) => (bytes === null ? nothing : exactBytes(bytes))
  return [markdownCode(name), size(was, 'new'), size(is, 'gone'), growth(growthOf(change))]
}

/** A difference with its sign, to the byte. */
function growth(bytes: number): string {
  if (bytes === 0) return '±0 B'
  return `${bytes > 0 ? '+' : '−'}${exactBytes(Math.abs(bytes))}`
}

function savings(assets: readonly Outcome[]): string {
  const shrunk = assets.filter(({ outcome }) => outcome === 'compressed')
  if (shrunk.length === 0) return ''
  const largest = shrunk.toSorted((a, b) => b.before - b.after - (a.before - a.after)).slice(0, rowsShown)
  const rows = largest.map(({ path, before, after }) => {
    return [markdownCode(path), formatBytes(before), formatBytes(after), formatSaving(before, after)]
  })
  const table = markdownTable(['Largest savings', 'Before', 'After', 'Saved'], rows)
  return table + more(shrunk.length - largest.length)
}

function more(left: number): string {
  return left > 0 ? `\n\n… and ${left} more.` : ''
}

/** A list that opens on demand; nothing for nothing. */
function details(summary: string, lines: readonly string[]): string {
  if (lines.length === 0) return ''
  const shown = lines.slice(0, listedShown).join('\n')
  return `<details><summary>${summary}</summary>\n\n${shown}${more(lines.length - listedShown)}\n\n</details>`
}

function reasonLine(outcome: Outcome): string {
  return `- ${markdownCode(outcome.path)} (${formatBytes(outcome.after)}): ${reasonText(outcome)}`
}

function warningLine({ message, hint }: Warning): string {
  return `- ${markdownCode(message)}${hint === null ? '' : ` ${markdownCode(hint)}`}`
}

function count(things: readonly unknown[], noun: string): string {
  return `${things.length} ${noun}${things.length === 1 ? '' : 's'}`
}
