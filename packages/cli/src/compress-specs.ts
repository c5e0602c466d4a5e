import { helpSpec, type OptionSpec } from './arguments.js'

export type CompressOption =
  | 'out'
  | 'check'
  | 'dry-run'
  | 'engine'
  | 'fallback'
  | 'max-credits'
  | 'deadline'
  | 'quality'
  | 'effort'
  | 'metadata'
  | 'resize'
  | 'include'
  | 'exclude'
  | 'budget'
  | 'on-error'
  | 'json'
  | 'html'
  | 'markdown'
  | 'base'
  | 'frozen'
  | 'lock'
  | 'no-cache'
  | 'cache-dir'
  | 'remote'
  | 'namespace'
  | 'concurrency'
  | 'quiet'
  | 'version'
  | 'help'

/** Options of the command that makes files smaller, in the order of the help. */
export const compressSpecs: Readonly<Record<CompressOption, OptionSpec>> = {
  out: { kind: 'text', short: 'o', value: 'DIR', about: 'write there; by default files are replaced' },
  check: { kind: 'flag', about: 'write nothing; exit 1 if a file would become smaller' },
  'dry-run': { kind: 'flag', about: 'write nothing; tell what would happen' },
  quality: { kind: 'text', short: 'q', value: 'Q', about: 'lossless, high, balanced, small, or a score from 1 to 100' },
  effort: { kind: 'text', value: 'E', about: 'fast, balanced, max' },
  metadata: { kind: 'text', value: 'M', about: 'safe (keeps copyright), all, none' },
  resize: { kind: 'text', value: 'SIZE', about: 'longest edge at most: 4k, 2k, 1080p, 720p, pixels; or 50%' },
  engine: {
    kind: 'text',
    value: 'E',
    about: 'local, api (the service), auto: the service where TOOLS_FAST_API_KEY is set',
  },
  fallback: { kind: 'text', value: 'E', about: 'local: for what the service cannot or does not take' },
  'max-credits': { kind: 'text', value: 'N', about: 'most credits that a run may spend; 1000 by default' },
  deadline: { kind: 'text', value: 'SECONDS', about: 'what is not done by then stays as it is' },
  include: { kind: 'list', value: 'GLOB', about: 'only files that match; may be given several times' },
  exclude: { kind: 'list', value: 'GLOB', about: 'never files that match; so does a path that begins with !' },
  budget: { kind: 'list', value: 'SIZE', about: 'exit 1 above it: 2MB in total, or GLOB=300kB of what matches' },
  'on-error': { kind: 'text', value: 'WHAT', about: 'when a file cannot be compressed: warn, keep (quiet), fail' },
  json: { kind: 'text', value: '[FILE.json]', about: 'the report; without a file to standard output' },
  html: { kind: 'text', value: 'FILE', about: 'the report as a page, images before and after' },
  markdown: { kind: 'text', value: 'FILE', about: 'the report for a pull request or a step summary' },
  base: { kind: 'text', value: 'FILE', about: 'an earlier JSON report that the Markdown compares with' },
  frozen: { kind: 'flag', about: 'compress nothing; exit 1, naming files, if a result is missing' },
  lock: { kind: 'flag', about: 'note results in compress-fast.lock, which is made if missing' },
  'no-cache': { kind: 'flag', about: 'neither read nor keep results' },
  'cache-dir': { kind: 'text', value: 'DIR', about: 'where results are kept' },
  remote: { kind: 'text', value: 'URL', about: 'share results: https://…, s3://bucket/prefix, redis://…; or off' },
  namespace: { kind: 'text', value: 'NAME', about: 'whose shared results are written; main, or told from CI' },
  concurrency: { kind: 'text', value: 'N', about: 'files worked on at once; by default one for each core' },
  quiet: { kind: 'flag', about: 'no progress and no summary; warnings are told' },
  help: helpSpec,
  version: { kind: 'flag', short: 'v', about: 'the version' },
}
