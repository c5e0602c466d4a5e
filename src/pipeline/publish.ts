import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Engine } from '../engine/engine.js'
import type { BuildKind, Logger } from '../hosts/host.js'
import type { ResolvedOptions } from '../options.js'
import type { Report } from '../types.js'
import type { Stopwatch } from '../util/stopwatch.js'
import type { Ledger } from './ledger.js'
import { createReport } from './report.js'
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
}

/** Tells people what happened. */
export interface Publisher {
  /** Writes the report's files, tells warnings, and sums up unless more parts of the same build may follow. */
  publish(kind: BuildKind): Promise<void>
  /** Sums up what no summary has told yet. */
  announce(kind: BuildKind): void
}

export function createPublisher(publication: Publication): Publisher {
  const { options, root, engine, ledger, warnings, clock, palette, logger } = publication
  let durationMs = 0
  return { publish, announce }

  async function publish(kind: BuildKind): Promise<void> {
    const held = clock.take()
    durationMs = kind === 'part' ? durationMs + held : held
    const { json } = options.report
    const report = createReport({ engine, options, outcomes: ledger.all(), warnings: warnings.all(), durationMs })
    if (json !== null) await writeReport(resolve(root, json), report, warnings)
    for (const line of warningLines(warnings.takeFresh())) logger().warn(line)
    if (kind !== 'part') announce(kind)
  }

  function announce(kind: BuildKind): void {
    const sumUp = kind === 'rebuild' ? summaryLine : summaryLines
    const lines = sumUp(ledger.takeFresh(), durationMs, palette)
    durationMs = 0
    if (options.report.terminal && lines.length > 0) logger().info(lines.join('\n'))
  }
}

async function writeReport(path: string, report: Report, warnings: Warnings): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true })
    // In one step, as builds that end at the same time may write the same file.
    const temporary = `${path}.${randomUUID()}.tmp`
    await writeFile(temporary, `${JSON.stringify(report, null, 2)}\n`)
    await rename(temporary, path).catch(async (error: unknown) => {
      await rm(temporary, { force: true })
      throw error
    })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    warnings.add('REPORT_FAILED', `The report could not be written: ${why}`, 'Check `report.json`.')
  }
}
