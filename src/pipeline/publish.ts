import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Engine } from '../engine/engine.js'
import type { BuildKind, Logger } from '../hosts/host.js'
import type { ResolvedOptions } from '../options.js'
import type { Stopwatch } from '../util/stopwatch.js'
import type { Ledger } from './ledger.js'
import { createReport, type Report } from './report.js'
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

/** Makes the function that tells what happened since it was called last, and writes the report's files. */
export function createPublish(publication: Publication): (kind: BuildKind) => Promise<void> {
  const { options, root, engine, ledger, warnings, clock, palette, logger } = publication
  let durationMs = 0
  return async (kind) => {
    const held = clock.take()
    durationMs = kind === 'part' ? durationMs + held : held
    const fresh = ledger.takeFresh()
    const { json, terminal } = options.report
    const report = createReport({ engine, options, outcomes: ledger.all(), warnings: warnings.all(), durationMs })
    if (json !== null) await writeReport(resolve(root, json), report, warnings)
    const lines = kind === 'rebuild' ? summaryLine(fresh, held, palette) : summaryLines(fresh, held, palette)
    if (terminal && lines.length > 0) logger().info(lines.join('\n'))
    for (const line of warningLines(warnings.takeFresh())) logger().warn(line)
  }
}

async function writeReport(path: string, report: Report, warnings: Warnings): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, `${JSON.stringify(report, null, 2)}\n`)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    warnings.add('REPORT_FAILED', `The report could not be written: ${why}`, 'Check `report.json`.')
  }
}
