import { nearest } from 'unplugin-compress-fast/cli'
import type { OptionSpec, Specs } from './arguments.js'
import { cacheSpecs } from './cache-specs.js'
import { type CompressOption, compressSpecs } from './compress-specs.js'
import { doctorSpecs } from './doctor/specs.js'
import { serveSpecs } from './serve/specs.js'
import { UsageError } from './usage-error.js'

// Options come from where they are read, so that none is missing.

const exitCodes = `Exit codes
  0    all is well
  1    over a budget; --frozen, and a result is missing; --check or doctor found something;
       more credits needed than there are; a file, or the report, could not be read or written,
       or a file compressed with --on-error fail
  2    the command line has no meaning as given
  130  stopped by Ctrl-C; no file is left half written`

/** What `--help` says. */
export const usage: string = `compress-fast makes images, PDF and Office files smaller, at a quality that is measured.

  compress-fast dist                          every file in a folder, each replaced by a smaller one
  compress-fast 'img/**/*.png' '!img/raw/**'  what globs match
  compress-fast photos --out web              results go to another folder, sources stay
  compress-fast dist --check                  exit 1 if there is something to gain
  compress-fast - < in.png > out.png          one file from a pipe

  compress-fast cache [path | size | verify | prune | clear]
  compress-fast cache serve                   a cache that builds on several machines share
  compress-fast doctor [paths]                what is wrong in a project, and how to mend it
  compress-fast estimate dist                 credits that the service would take; nothing is sent

Options
${optionLines(compressSpecs)}

compress-fast cache, cache serve, doctor and estimate have options of their own: compress-fast cache --help

Globs match paths as the report shows them, from the current folder; one without a slash matches names in every folder.
A file stays as it is unless the result is smaller by 2 % and 256 bytes. Results are kept, so the next run is quick.

${exitCodes}`

// What matters to a price: what is written, and where to, does not.
const priced: readonly CompressOption[] = [
  'quality',
  'effort',
  'metadata',
  'resize',
  'include',
  'exclude',
  'no-cache',
  'cache-dir',
  'remote',
  'namespace',
  'json',
  'help',
]

const usages: Readonly<Record<string, string>> = {
  cache: `compress-fast cache [size]   how many results are kept for the project around the current folder
compress-fast cache path     where they are
compress-fast cache verify   reads all of them and removes damaged ones; exit 1 if there are some
compress-fast cache prune    removes what was not used for longest, but nothing of the last ten minutes
compress-fast cache clear    removes all of them
compress-fast cache serve    a cache that builds on several machines share: compress-fast cache serve --help

Options
${optionLines(cacheSpecs)}`,
  serve: `compress-fast cache serve   a cache that builds on several machines share, until it is told to stop

COMPRESS_FAST_CACHE_SECRET is that of the builds: what is not signed by it is refused. Tokens say who may do what;
without --tokens they are read from COMPRESS_FAST_CACHE_TOKENS, parted by ;.

Options
${optionLines(serveSpecs)}`,
  doctor: `compress-fast doctor [paths]   what is wrong in a project, and how to mend it; exit 1 if something is

Without paths it looks at all files of the current folder.

Options
${optionLines(doctorSpecs)}`,
  estimate: `compress-fast estimate <paths or globs…>   credits that the service would take for what is not in the cache

No file is sent. Exit 1 if the account, that of TOOLS_FAST_API_KEY, has fewer.

Options
${optionLines(Object.fromEntries(priced.map((name) => [name, compressSpecs[name]])))}`,
}

/**
 * What `--help` of a command says.
 * @throws {UsageError} where there is no such command.
 */
export function usageOf(command: string): string {
  const text = Object.hasOwn(usages, command) ? usages[command] : undefined
  if (text !== undefined) return text
  const close = nearest(command, Object.keys(usages))
  throw new UsageError(`There is no command ${command}.`, close && `Did you mean compress-fast help ${close}?`)
}

function optionLines(specs: Specs): string {
  const rows = Object.entries(specs).map(([name, spec]) => [leftOf(name, spec), spec.about] as const)
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, about]) => `  ${left.padEnd(width)}  ${about}`).join('\n')
}

function leftOf(name: string, { short, value }: OptionSpec): string {
  return `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`
}
