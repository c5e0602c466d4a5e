import type { Outcome, Warning } from '../types.js'
import { formatBytes, formatDuration, formatSaving } from '../util/units.js'
import { visible } from '../util/visible.js'
import { totalsOf } from './report.js'

/** How a line is coloured; plain functions where there is no colour. */
export interface Palette {
  readonly dim: (text: string) => string
  readonly bold: (text: string) => string
  readonly good: (text: string) => string
  readonly bad: (text: string) => string
}

const rowsShown = 8
const warningsShown = 10

/** The lines that a person reads after a build: the largest savings, then the totals. */
export function summaryLines(
  outcomes: readonly Outcome[],
  durationMs: number,
  palette: Palette,
  credits = 0,
): string[] {
  if (outcomes.length === 0) return []
  return ['', ...tableLines(outcomes, palette), ...totalLines(outcomes, durationMs, palette, credits)]
}

/** One line for rebuilds, which happen often. */
export function summaryLine(outcomes: readonly Outcome[], durationMs: number, palette: Palette, credits = 0): string[] {
  if (outcomes.length === 0) return []
  return [totalLines(outcomes, durationMs, palette, credits).join(palette.dim(' · ')).trim()]
}

/** What went wrong, each kind limited so that the summary stays in sight. */
export function warningLines(warnings: readonly Warning[]): string[] {
  const codes = [...new Set(warnings.map((warning) => warning.code))]
  return codes.flatMap((code) => {
    const alike = warnings.filter((warning) => warning.code === code)
    const shown = alike.slice(0, warningsShown).map(warningText)
    const more = alike.length - shown.length
    return more > 0 ? [...shown, `compress-fast: and ${more} more like this; the JSON report lists all.`] : shown
  })
}

function warningText({ message, hint }: Warning): string {
  return `compress-fast: ${visible(message)}${hint === null ? '' : `\n  ${hint}`}`
}

function tableLines(outcomes: readonly Outcome[], palette: Palette): string[] {
  const shrunk = outcomes.filter((line) => line.outcome === 'compressed')
  const largest = shrunk.toSorted((a, b) => b.before - b.after - (a.before - a.after)).slice(0, rowsShown)
  const names = largest.map(({ path }) => visible(path).replaceAll('\n', '\uFFFD'))
  const width = Math.max(0, ...names.map((name) => name.length))
  const rows = largest.map((line, index) => {
    const sizes = `${formatBytes(line.before).padStart(9)} → ${formatBytes(line.after).padStart(9)}`
    return `  ${names[index]?.padEnd(width)}  ${palette.dim(sizes)}  ${palette.good(formatSaving(line.before, line.after))}`
  })
  const more = shrunk.length - largest.length
  return more > 0 ? [...rows, palette.dim(`  … and ${more} more`)] : rows
}

function totalLines(outcomes: readonly Outcome[], durationMs: number, palette: Palette, credits: number): string[] {
  const { assets, before, after, compressed, kept, failed, from } = totalsOf(outcomes)
  const files = assets === 1 ? '1 file' : `${assets} files`
  const sizes = `${formatBytes(before)} → ${formatBytes(after)}`
  const saving = palette.good(palette.bold(formatSaving(before, after)))
  const counts = [`${compressed} compressed`, `${kept} kept`, ...(failed > 0 ? [palette.bad(`${failed} failed`)] : [])]
  const sources = Object.entries(from).flatMap(([name, count]) => (count > 0 ? [`${count} from ${name}`] : []))
  const price = credits > 0 ? [credits === 1 ? '1 credit spent' : `${credits} credits spent`] : []
  return [
    `${palette.bold('compress-fast')}  ${files}  ${sizes}  ${saving}  ${palette.dim(formatDuration(durationMs))}`,
    palette.dim(`  ${[...counts, ...sources, ...price].join(', ')}`),
  ]
}
