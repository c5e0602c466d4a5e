import type { CacheSettings, Options } from 'unplugin-compress-fast'
import { type Arguments, readArguments } from './arguments.js'
import { type CompressOption, compressSpecs } from './compress-specs.js'
import { globOf } from './find-files.js'
import { UsageError } from './usage-error.js'

/** Standard output, as an option's value. */
export const standardOutput = '-'

/** @throws {UsageError} */
export function readCompressArguments(args: readonly string[]): Arguments<CompressOption> {
  return readArguments(withOptionalFile(args), compressSpecs)
}

/** `--json` may stand alone, which no option of `parseArgs` can: it has a file only if what follows is one. */
function withOptionalFile(args: readonly string[]): string[] {
  return args.map((arg, index) => {
    const isAlone = arg === '--json' && !/(?:\.json|^-)$/i.test(args[index + 1] ?? '')
    return isAlone ? '--json=-' : arg
  })
}

/** What the command line says, in the words of the plugins' options, which are looked at by those who resolve them. */
export function optionsOf(args: Arguments<CompressOption>): Options {
  return {
    ...named('engine', args.text('engine')),
    ...named('fallback', args.text('fallback')),
    ...named('deadline', numberOr(args.text('deadline'))),
    api: named('maxCredits', numberOr(args.text('max-credits'))),
    ...named('quality', numberOr(args.text('quality'))),
    ...named('effort', args.text('effort')),
    ...named('metadata', args.text('metadata')),
    ...named('resize', resizeOf(args.text('resize'))),
    ...named('onError', args.text('on-error')),
    ...named('concurrency', numberOr(args.text('concurrency'))),
    include: args.list('include').map((glob) => globOf(glob)),
    exclude: [...args.list('exclude'), ...args.rest.filter(isNegated).map((path) => path.slice(1))].map((glob) =>
      globOf(glob),
    ),
    budgets: Object.fromEntries(args.list('budget').map(budgetOf)),
    ...named('frozen', args.has('frozen') || undefined),
    ...named('lockFile', lockFileOf(args)),
    cache: cacheOf(args),
    report: {
      terminal: !isQuiet(args),
      ...named('json', args.text('json') === standardOutput ? undefined : args.text('json')),
      ...named('html', args.text('html')),
      ...named('markdown', args.text('markdown')),
      ...named('base', args.text('base')),
    },
  }
}

/** Secrets come from the environment alone: everybody on a machine sees command lines. */
function cacheOf(args: Arguments<CompressOption>): CacheSettings | false {
  const remote = args.text('remote')
  const isOff = remote === undefined || remote === 'off'
  if (args.has('no-cache')) {
    if (!isOff) throw new UsageError('--remote shares what is kept, and with --no-cache nothing is.')
    return false
  }
  return {
    ...named('dir', args.text('cache-dir')),
    ...named('remote', remote === 'off' ? false : remote),
    ...named('namespace', args.text('namespace')),
  }
}

/** A run that writes nothing leaves the lock file alone, and a frozen one only reads it. */
function lockFileOf(args: Arguments<CompressOption>): boolean | undefined {
  const writesNothing = args.has('check') || args.has('dry-run') || args.rest.includes('-')
  if (writesNothing && !args.has('frozen')) return false
  return args.has('lock') || undefined
}

/** Whether nothing is told but warnings: the report takes the place of a summary where it goes to standard output. */
export function isQuiet(args: Arguments<CompressOption>): boolean {
  return args.has('quiet') || args.text('json') === standardOutput
}

/** Whether an argument says which files to leave out, as globs do elsewhere. */
export function isNegated(path: string): boolean {
  return path.startsWith('!')
}

/** `resize` as people write it on a command line: a name, pixels, or a percentage. */
function resizeOf(text: string | undefined): unknown {
  const [, number, unit] = /^(\d+)(px|%)?$/.exec(text ?? '') ?? []
  if (number === undefined) return text
  return unit === '%' ? { percent: Number(number) } : { longestEdge: Number(number) }
}

/** `2MB` is about all files, `GLOB=300kB` about some. The last `=` counts, as names may have one. */
function budgetOf(text: string): [string, string] {
  const at = text.lastIndexOf('=')
  const [glob, size] = [at < 0 ? 'total' : text.slice(0, at), text.slice(at + 1)]
  if (glob === '' || size === '') throw new UsageError(`--budget needs a size, or GLOB=SIZE, not ${text}.`)
  return [globOf(glob), size]
}

function numberOr(text: string | undefined): unknown {
  return text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : text
}

/** A field that is there only where it has a value. What it may be is said by `resolveOptions`, in one place for all. */
function named(name: string, value: unknown): object {
  return value === undefined ? {} : { [name]: value }
}
