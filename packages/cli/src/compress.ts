import { lstatSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Report } from 'unplugin-compress-fast'
import { compressFiles, type FileTask, isLive, type Logger } from 'unplugin-compress-fast/cli'
import type { Arguments } from './arguments.js'
import { isNegated, isQuiet, optionsOf, standardOutput } from './compress-options.js'
import type { CompressOption } from './compress-specs.js'
import { exitCodes } from './exit-codes.js'
import { findFiles } from './find-files.js'
import { onInterruption } from './interruption.js'
import { createProgress, type Progress } from './progress.js'
import { type Destination, withTargets } from './targets.js'
import type { Terminal } from './terminal.js'
import { UsageError } from './usage-error.js'

/** Makes files smaller. Returns the exit code. */
export async function compress(args: Arguments<CompressOption>, terminal: Terminal): Promise<number> {
  const { cwd } = terminal
  const destination = destinationOf(args, cwd)
  const options = optionsOf(args)
  const paths = args.rest.filter((path) => !isNegated(path))
  const spare = destination.kind === 'folder' ? destination.dir : undefined
  const found = await findFiles(paths, { ...terminal, spare })
  const tasks = withTargets(found, destination)
  const kind = progressKind(args, terminal)
  // Asked for only where they are shown: a warm run does little else per file.
  const sizes = new Map(kind === 'none' ? [] : tasks.map((task) => [task, sizeOf(task)]))
  const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0)
  const progress = createProgress(terminal.stderr, kind, { files: tasks.length, bytes })
  const listener = createListener(args, terminal, progress)
  let done = 0
  const release = onInterruption(() => {
    progress.end()
    terminal.warn(`Stopped after ${done} of ${tasks.length} files. Each is whole; the next run goes on from here.`)
  })
  const onDone = (file: FileTask) => {
    done++
    progress.done(sizes.get(file) ?? 0)
  }
  try {
    await compressFiles(tasks, options, { root: cwd, logger: listener.logger, done: onDone })
  } finally {
    progress.end()
    release()
  }
  return conclude(listener.report(), args, terminal)
}

/** @throws {UsageError} when results could go nowhere, or to two places. */
function destinationOf(args: Arguments<CompressOption>, cwd: string): Destination {
  const out = args.text('out')
  const isNowhere = args.has('check') || args.has('dry-run')
  if (out !== undefined && isNowhere) throw new UsageError('--out writes, and --check and --dry-run do not.')
  if (isNowhere) return { kind: 'nowhere' }
  if (out === undefined) return inPlace(args)
  const dir = resolve(cwd, out)
  if (args.rest.some((path) => resolve(cwd, path) === dir)) {
    throw new UsageError(`${out} is where the files are.`, 'Without --out they are replaced.')
  }
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory() === false) {
    throw new UsageError(`--out needs a folder, and ${out} is a file.`)
  }
  return { kind: 'folder', dir }
}

function inPlace(args: Arguments<CompressOption>): Destination {
  if (args.text('resize')?.endsWith('%')) {
    throw new UsageError(
      '--resize with a percentage would make files smaller still with each run.',
      'Name a longest edge, or write elsewhere with --out.',
    )
  }
  return { kind: 'in-place' }
}

function progressKind(args: Arguments<CompressOption>, { stderr, env }: Terminal): 'live' | 'heartbeat' | 'none' {
  if (isQuiet(args)) return 'none'
  if (isLive(stderr, env)) return 'live'
  return env['CI'] ? 'heartbeat' : 'none'
}

function sizeOf({ path }: FileTask): number {
  return lstatSync(path, { throwIfNoEntry: false })?.size ?? 0
}

interface Listener {
  readonly logger: Logger
  /** The report, once there is one. */
  report(): Report | undefined
}

/** What a run says, where it belongs. */
function createListener(args: Arguments<CompressOption>, terminal: Terminal, progress: Progress): Listener {
  let heard: Report | undefined
  const logger: Logger = {
    // The progress of the pipeline, which knows only of files that need work.
    isQuiet: true,
    info: terminal.print,
    warn: terminal.tell,
    report(report) {
      progress.end()
      heard = report
      if (args.text('json') === standardOutput) terminal.print(JSON.stringify(report, null, 2))
    },
  }
  return { logger, report: () => heard }
}

const undone = new Set(['READ_FAILED', 'WRITE_FAILED', 'REPORT_FAILED'])

function conclude(report: Report | undefined, args: Arguments<CompressOption>, terminal: Terminal): number {
  if (!report) return exitCodes.done
  const { assets, compressed } = report.totals
  const say = isQuiet(args) ? () => undefined : terminal.tell
  if (assets === 0) say('There is nothing here that could become smaller.')
  if (args.has('check') && compressed > 0) {
    say(`${compressed === 1 ? '1 file' : `${compressed} files`} would become smaller. Without --check they do.`)
    return exitCodes.findings
  }
  if (args.has('dry-run') && compressed > 0) say('Nothing was written.')
  return report.warnings.some(({ code }) => undone.has(code)) ? exitCodes.findings : exitCodes.done
}
