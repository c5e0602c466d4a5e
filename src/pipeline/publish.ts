import { resolve } from 'node:path'
import type { Engine } from '../engine/engine.js'
import type { CompressionError } from '../errors.js'
import type { BuildKind, Logger } from '../hosts/host.js'
import type { ResolvedOptions } from '../options.js'
import { type Annotation, annotationLines } from '../report/annotations.js'
import { budgetError, spendingsOf } from '../report/budgets.js'
import { frozenError } from '../report/frozen.js'
import { reasonText } from '../report/reasons.js'
import type { Outcome, Warning } from '../types.js'
import type { Stopwatch } from '../util/stopwatch.js'
import type { Ledger } from './ledger.js'
import { createReport } from './report.js'
import type { ReportFiles } from './report-files.js'
import { type Palette, summaryLine, summaryLines, warningLines } from './summary.js'
import type { Warnings } from './warnings.js'

/** What there is to tell, and to whom. */
export interface Publication {
  readonly options: ResolvedOptions
  readonly root: string
  readonly engine: Engine
  readonly ledger: Ledger
  readonly warnings: Warnings
  readonly clock: Stopwatch
  readonly palette: Palette
  /** Asked each time: every build of a project brings its own. */
  readonly logger: () => Logger
  readonly files: ReportFiles
  /** Writes a line to where the CI host looks for marks. */
  readonly mark: (line: string) => void
}

/** Tells people what happened. */
export interface Publisher {
  /**
   * Writes the report's files, tells warnings, and sums up unless more parts of the same build may follow.
   * @param faults Why the lock file cannot be relied on, where a build is frozen.
   * @throws {CompressionError} When more ships than may, or a frozen build had something to compress, after all is told.
   * In watch mode it warns instead.
   */
  publish(kind: BuildKind, faults?: readonly string[]): Promise<void>
  /** Sums up what no summary has told yet. */
  announce(kind: BuildKind): void
}

export function createPublisher(publication: Publication): Publisher {
  const { options, engine, ledger, warnings, clock, palette, logger, files } = publication
  const marks = createMarks(publication)
  let durationMs = 0
  let warnedOf: readonly string[] = []
  return { publish, announce }

  async function publish(kind: BuildKind, faults: readonly string[] = []): Promise<void> {
    const held = clock.take()
    durationMs = kind === 'part' ? durationMs + held : held
    const outcomes = ledger.all()
    const spendings = spendingsOf({ assets: outcomes }, options.budgets)
    const frozen = options.frozen ? frozenError(outcomes, options.lockFile?.path ?? 'the lock file', faults) : undefined
    const failures = [frozen, budgetError(spendings)].filter((failure) => failure !== undefined)
    const told = [...warnings.all(), ...failures.map(warningOf)]
    const credits = ledger.credits()
    const report = createReport({ engine, options, outcomes, warnings: told, durationMs, credits })
    await files.write(report, spendings)
    // With what went wrong in writing it.
    logger().report?.({ ...report, warnings: [...warnings.all(), ...failures.map(warningOf)] })
    for (const line of warningLines(warnings.takeFresh())) logger().warn(line)
    marks.add(outcomes, kind, failures)
    if (kind !== 'part') announce(kind)
    const [first, ...others] = failures
    const isFailed = first !== undefined && !isWatched(kind)
    warn(isFailed ? others : failures)
    if (isFailed) throw first
  }

  /** Each change of what is wrong, once. */
  function warn(failures: readonly CompressionError[]): void {
    const news = failures.filter(({ message }) => !warnedOf.includes(message))
    warnedOf = failures.map(({ message }) => message)
    for (const line of warningLines(news.map(warningOf))) logger().warn(line)
  }

  function announce(kind: BuildKind): void {
    const sumUp = kind === 'rebuild' ? summaryLine : summaryLines
    const lines = sumUp(ledger.takeFresh(), durationMs, palette, ledger.credits())
    durationMs = 0
    if (options.report.terminal && lines.length > 0) logger().info(lines.join('\n'))
  }
}

function isWatched(kind: BuildKind): boolean {
  return kind === 'first' || kind === 'rebuild'
}

function warningOf({ code, message, hint }: CompressionError): Warning {
  return { code, message, hint }
}

interface Marks {
  add(outcomes: readonly Outcome[], kind: BuildKind, failures: readonly CompressionError[]): void
}

/** Marks failures and budgets in a CI host's log, each once. */
function createMarks({ options, root, mark }: Pick<Publication, 'options' | 'root' | 'mark'>): Marks {
  const host = options.report.annotations
  const marked = new Set<string>()
  return {
    add(outcomes, kind, failures) {
      if (host === null) return
      const failed = options.onError === 'keep' ? [] : outcomes.filter(({ outcome }) => outcome === 'failed')
      const annotations: Annotation[] = failed.map((outcome) => ({
        severity: options.onError === 'fail' ? 'error' : 'warning',
        message: `${outcome.path} ships as it was. ${reasonText(outcome)}`,
        file: outcome.source === null ? null : resolve(root, outcome.source),
      }))
      const severity = isWatched(kind) ? 'warning' : 'error'
      for (const { message } of failures) annotations.push({ severity, message, file: null })
      const fresh = annotations.filter(({ message }) => !marked.has(message))
      for (const { message } of fresh) marked.add(message)
      for (const line of annotationLines(fresh, host)) mark(line)
    },
  }
}
