import { buffer } from 'node:stream/consumers'
import { compressBytes } from 'unplugin-compress-fast/cli'
import type { Arguments } from './arguments.js'
import { optionsOf } from './compress-options.js'
import type { CompressOption } from './compress-specs.js'
import { exitCodes } from './exit-codes.js'
import type { Terminal } from './terminal.js'
import { UsageError } from './usage-error.js'

/** Options that have no meaning without a file. */
const senseless = ['out', 'dry-run', 'include', 'exclude', 'budget', 'json', 'lock'] as const

/** Makes smaller what comes in on standard input; standard output gets the result, or what came in. */
export async function compressPipe(args: Arguments<CompressOption>, terminal: Terminal): Promise<number> {
  if (args.rest.length > 1) throw new UsageError('- stands for standard input, and goes with no other path.')
  const other = senseless.find((name) => args.has(name))
  if (other !== undefined) throw new UsageError(`--${other} is about files, and - is standard input.`)
  const options = optionsOf(args)
  const bytes = await buffer(process.stdin)
  const logger = { isQuiet: true, info: () => undefined, warn: terminal.tell }
  const smaller = await compressBytes(bytes, options, { root: terminal.cwd, logger })
  if (args.has('check')) return smaller ? exitCodes.findings : exitCodes.done
  terminal.stdout.write(smaller ?? bytes)
  return exitCodes.done
}
