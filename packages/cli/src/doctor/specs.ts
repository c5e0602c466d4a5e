import { helpSpec, type OptionSpec } from '../arguments.js'

/** Options of `compress-fast doctor`. */
export const doctorSpecs: Readonly<Record<'json' | 'help', OptionSpec>> = {
  json: { kind: 'flag', about: 'the findings as JSON' },
  help: helpSpec,
}
