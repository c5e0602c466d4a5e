import { readFileSync } from 'node:fs'
import { isCompressionError } from 'unplugin-compress-fast/cli'
import { readCompressArguments } from './compress-options.js'
import { exitCodes } from './exit-codes.js'
import { createTerminal, type Terminal } from './terminal.js'
import { UsageError } from './usage-error.js'

type Command = (args: readonly string[], terminal: Terminal) => Promise<number>

/** Commands by name, each loaded when it is asked for. A folder of such a name is `./cache`. */
const commands: Readonly<Record<string, Command>> = {
  cache: async (args, terminal) => (await import('./cache.js')).manageCache(args, terminal),
  doctor: async (args, terminal) => (await import('./doctor/doctor.js')).examine(args, terminal),
  estimate: async (args, terminal) => (await import('./estimate.js')).estimate(args, terminal),
  help: async ([about], terminal) => help(terminal, about),
}

/** Does what a command line says. Returns the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const terminal = createTerminal(Object.keys(commands))
  const [first = '', ...rest] = args
  const command = Object.hasOwn(commands, first) ? commands[first] : undefined
  try {
    return await (command ? command(rest, terminal) : compressThese(args, terminal))
  } catch (error) {
    return explain(error, terminal)
  }
}

async function compressThese(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = readCompressArguments(args)
  if (given.has('help')) return help(terminal)
  if (given.has('version')) return tellVersion(terminal)
  if (given.rest.length === 0) throw new UsageError('Which files?', 'Name files, folders or globs: compress-fast dist')
  if (given.rest.includes('-')) return (await import('./pipe.js')).compressPipe(given, terminal)
  return (await import('./compress.js')).compress(given, terminal)
}

async function help(terminal: Terminal, about?: string): Promise<number> {
  const { usage, usageOf } = await import('./usage.js')
  terminal.print(about === undefined || about === 'help' ? usage : usageOf(about))
  return exitCodes.done
}

function tellVersion(terminal: Terminal): number {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  terminal.print(String(Object(manifest).version))
  return exitCodes.done
}

function explain(error: unknown, terminal: Terminal): number {
  const hint = error instanceof UsageError || isCompressionError(error) ? error.hint : undefined
  if (error instanceof UsageError || (isCompressionError(error) && error.code === 'INVALID_OPTION')) {
    terminal.warn([error.message, hint ?? 'See compress-fast --help.'].join('\n  '))
    return exitCodes.usage
  }
  if (isCompressionError(error)) {
    terminal.warn([error.message, ...(hint ? [hint] : [])].join('\n  '))
    return exitCodes.findings
  }
  if (isOfSystem(error)) {
    terminal.warn(`${error.message}.`)
    return exitCodes.findings
  }
  // What people cannot mend is told with all there is.
  terminal.warn(error instanceof Error ? (error.stack ?? error.message) : String(error))
  return exitCodes.findings
}

/** What the system says: no rights, no space, no such folder. It names the file, and where in our code is of no use. */
function isOfSystem(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'path' in error
}
