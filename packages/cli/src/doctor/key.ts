import type { Finding } from './finding.js'
import { isRecord, type Project, parseLoosely } from './project.js'

/** What the environment tells a build. */
const key = 'TOOLS_FAST_API_KEY'
const variables = [
  key,
  'COMPRESS_FAST_URL',
  'COMPRESS_FAST_FROZEN',
  'COMPRESS_FAST_CACHE_DIR',
  'COMPRESS_FAST_CACHE_REMOTE',
  'COMPRESS_FAST_CACHE_SECRET',
  'COMPRESS_FAST_CACHE_TOKEN',
  'COMPRESS_FAST_CACHE_NAMESPACE',
]
// What opens a bucket, where the cache is one.
const ofBuckets = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_REGION', 'AWS_ENDPOINT_URL']

const configurations =
  /^(?:vite|webpack|rspack|rsbuild|rollup|rolldown|astro|nuxt|farm|svelte|esbuild|build)(?:\.config)?\.[cm]?[jt]s$/

/** Whether the key of the service reaches the build. */
export function keyFindings(project: Project): Finding[] {
  return [...missingKey(project), ...strippedVariables(project)]
}

function missingKey({ env, read, list }: Project): Finding[] {
  const asking = list('.').filter((name) => configurations.test(name) && asksForService(read(name) ?? ''))
  if (asking.length === 0 || env[key]) return []
  return [
    {
      code: 'KEY_MISSING',
      title: `The service is asked for, and ${key} is not set`,
      details: asking,
      fix: `Set ${key} where builds run (a secret in CI); it is not read from .env files.`,
    },
  ]
}

function asksForService(text: string): boolean {
  return /engine:\s*['"`]api['"`]/.test(text.replace(/(?<!:)\/\/.*$/gm, ''))
}

/** Turborepo 2 hands a task only the variables that its configuration names. */
function strippedVariables({ env, read }: Project): Finding[] {
  const name = ['turbo.json', 'turbo.jsonc'].find((path) => read(path) !== undefined)
  if (name === undefined) return []
  const config = parseLoosely(read(name))
  const isBucket = env['COMPRESS_FAST_CACHE_REMOTE']?.startsWith('s3:') ?? false
  const needed = [...variables, ...(isBucket ? ofBuckets : [])]
  const stripped = needed.filter((variable) => env[variable] && !isHandedOn(variable, config))
  if (stripped.length === 0) return []
  const list = stripped.map((variable) => `"${variable}"`).join(', ')
  return [
    {
      code: 'VARIABLE_STRIPPED',
      title: `Turborepo keeps ${stripped.join(', ')} from the build`,
      details: [name],
      fix: `Add to ${name}: "globalPassThroughEnv": [${list}]`,
    },
  ]
}

/** Whether every task that builds gets a variable. */
function isHandedOn(variable: string, config: Readonly<Record<string, unknown>>): boolean {
  if (config['envMode'] === 'loose') return true
  if (names(config['globalEnv'], variable) || names(config['globalPassThroughEnv'], variable)) return true
  const tasks = config['tasks'] ?? config['pipeline']
  const builds = Object.entries(isRecord(tasks) ? tasks : {}).filter(([task]) => /(?:^|#|:)build\b/.test(task))
  return builds.length > 0 && builds.every(([, task]) => isRecord(task) && hands(task, variable))
}

function hands(task: Readonly<Record<string, unknown>>, variable: string): boolean {
  return names(task['env'], variable) || names(task['passThroughEnv'], variable)
}

/** Whether a list of Turborepo names a variable; `*` stands for anything, `!` takes away. */
function names(list: unknown, variable: string): boolean {
  const patterns = Array.isArray(list) ? list.map(String) : []
  const matches = (pattern: string) => new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(variable)
  const taken = patterns.filter((pattern) => pattern.startsWith('!')).some((pattern) => matches(pattern.slice(1)))
  return !taken && patterns.some((pattern) => matches(pattern))
}
