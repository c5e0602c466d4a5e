import { helpSpec, type OptionSpec } from './arguments.js'

/** Options of `compress-fast cache`. */
export const cacheSpecs: Readonly<Record<'max-size' | 'cache-dir' | 'json' | 'help', OptionSpec>> = {
  'max-size': { kind: 'text', value: 'SIZE', about: 'what prune leaves: 500MB; by default what builds keep' },
  'cache-dir': { kind: 'text', value: 'DIR', about: 'where results are kept' },
  json: { kind: 'flag', about: 'the answer as JSON' },
  help: helpSpec,
}
