import { helpSpec, type OptionSpec } from '../arguments.js'

export type ServeOption = 'dir' | 'host' | 'port' | 'tokens' | 'max-size' | 'max-entry' | 'help'

/** Options of `compress-fast cache serve`. */
export const serveSpecs: Readonly<Record<ServeOption, OptionSpec>> = {
  dir: { kind: 'text', value: 'DIR', about: 'where entries are kept; ./compress-fast-cache by default' },
  host: { kind: 'text', value: 'HOST', about: 'who reaches it; this machine by default' },
  port: { kind: 'text', value: 'PORT', about: '4080 by default; 0 takes a free one' },
  tokens: { kind: 'text', value: 'FILE', about: 'a line for each: TOKEN read=main,pr-* write=pr-*' },
  'max-size': { kind: 'text', value: 'SIZE', about: 'beyond, what was not used for longest goes; 5GB by default' },
  'max-entry': { kind: 'text', value: 'SIZE', about: 'the largest entry that is taken; 128MB by default' },
  help: helpSpec,
}
