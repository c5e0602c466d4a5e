import type { OptionSpec, Specs } from './arguments.js'
import { cacheSpecs } from './cache-specs.js'
import { compressSpecs } from './compress-specs.js'
import { doctorSpecs } from './doctor/specs.js'
import { serveSpecs } from './serve/specs.js'

/** What `--help` says. Options come from where they are read, so that none is missing. */
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

compress-fast cache
${optionLines(only(cacheSpecs, ['max-size']))}

compress-fast cache serve
${optionLines(only(serveSpecs, ['dir', 'host', 'port', 'tokens', 'max-entry']))}

compress-fast doctor
${optionLines(only(doctorSpecs, ['json']))}

Globs match paths as the report shows them, from the current folder; one without a slash matches names in every folder.
A file stays as it is unless the result is smaller by 2 % and 256 bytes. Results are kept, so the next run is quick.

Exit codes
  0    all is well
  1    over a budget; --frozen, and a result is missing; --check or doctor found something;
       more credits needed than there are; a file could not be read or written, or compressed
       with --on-error fail
  2    the command line has no meaning as given
  130  stopped by Ctrl-C; no file is left half written`

function optionLines(specs: Specs): string {
  const rows = Object.entries(specs).map(([name, spec]) => [leftOf(name, spec), spec.about] as const)
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, about]) => `  ${left.padEnd(width)}  ${about}`).join('\n')
}

function leftOf(name: string, { short, value }: OptionSpec): string {
  return `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`
}

function only(specs: Specs, names: readonly string[]): Specs {
  return Object.fromEntries(Object.entries(specs).filter(([name]) => names.includes(name)))
}
