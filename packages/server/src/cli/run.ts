import { DataFolderInUseError } from '../store/libsql/lock.js'
import { UsageError } from './arguments.js'
import { usage } from './usage.js'

/** Does what a command line says. Returns the exit code: 0, 1 when it failed, 2 when it was not understood. */
export async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const [command = 'serve', ...rest] = args[0]?.startsWith('-') ? ['serve', ...args] : args
  try {
    if (args.includes('--help') || args.includes('-h') || command === 'help') {
      console.log(usage)
      return 0
    }
    const work = await find(command)
    await work(rest, env)
    return 0
  } catch (error) {
    return explain(error)
  }
}

type Command = (args: readonly string[], env: NodeJS.ProcessEnv) => Promise<void>

/** Loads no more than the command needs. */
async function find(command: string): Promise<Command> {
  if (command === 'serve') return (await import('./serve.js')).serve
  if (command === 'keys') return (await import('./keys.js')).manageKeys
  if (command === 'credits') return (await import('./credits.js')).manageCredits
  throw new UsageError(`There is no command ${JSON.stringify(command)}.`)
}

function explain(error: unknown): number {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof UsageError) {
    console.error(`${message}\n\n${usage}`)
    return 2
  }
  // What people can mend is told in a sentence, and what they cannot with all there is.
  const expected = error instanceof TypeError || error instanceof DataFolderInUseError || isSystemError(error)
  console.error(expected ? message : error)
  return 1
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}
