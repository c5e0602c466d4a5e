import { isPullRequest, namespaceOf } from './ci-namespace.js'
import { OptionError } from './errors.js'
import { type Fields, invalid, isText } from './option-values.js'
import type { ResolvedRemote } from './options.js'
import { parseRemote } from './remote-address.js'
import type { RemoteStore } from './types.js'
import { createSecret, type Secret } from './util/secret.js'

const secretName = 'COMPRESS_FAST_CACHE_SECRET'

/**
 * Answers the questions about the shared cache; `null` where there is none.
 * @param given The fields of `cache`.
 */
export function resolveRemote(given: Fields, env: NodeJS.ProcessEnv): ResolvedRemote | null {
  const named = namedNamespace(given['namespace'], env)
  const { value, name } = remoteOf(given['remote'], env)
  // Looked at in any case: a mistake is one also where nothing is shared yet.
  const secrets = resolveSecrets(given['secret'], env)
  if (value === undefined || value === false) return null
  const namespace = named ?? namespaceOf(env)
  // CI gives no secrets to pull requests of strangers, who are not to blame for that.
  const isKept = named === undefined && isPullRequest(namespace)
  if (secrets.length === 0 && isKept) return { ...storeless, namespace }
  const { store, place } = isStore(value) ? { store: value, place: '`cache.remote`' } : addressOf(value, name, env)
  if (secrets.length > 0) return { store, place, secrets, namespace }
  const hint = `Set ${secretName} to the same on all machines (openssl rand -hex 32), or COMPRESS_FAST_CACHE_REMOTE=off to do without.`
  throw new OptionError('A shared cache needs a secret, so that nobody else can put files into your builds.', { hint })
}

/** What stands for a store where nothing may be asked. */
const storeless: Pick<ResolvedRemote, 'store' | 'place' | 'secrets'> = {
  store: { get: async () => undefined, put: async () => undefined },
  place: '`cache.remote`',
  secrets: [],
}

function remoteOf(option: unknown, env: NodeJS.ProcessEnv): { readonly value: unknown; readonly name: string } {
  const variable = 'COMPRESS_FAST_CACHE_REMOTE'
  const text = env[variable]?.trim()
  // A way to do without, whatever the configuration says: for who has no secret.
  if (text === 'off') return { value: false, name: variable }
  return option === undefined ? { value: text || undefined, name: variable } : { value: option, name: 'cache.remote' }
}

function addressOf(value: unknown, name: string, env: NodeJS.ProcessEnv): Pick<ResolvedRemote, 'store' | 'place'> {
  if (isText(value)) return parseRemote(value, name, env)
  throw invalid(name, 'false, an address, or an object with get() and put()', value)
}

function isStore(value: unknown): value is RemoteStore {
  if (typeof value !== 'object' || value === null) return false
  const { get, put }: Partial<Record<keyof RemoteStore, unknown>> = value
  return typeof get === 'function' && typeof put === 'function'
}

/**
 * The secrets that sign what is shared, none where none is set. Whatever is wrong with one, it is not shown.
 * @throws {OptionError}
 */
export function resolveSecrets(option: unknown, env: NodeJS.ProcessEnv): readonly Secret[] {
  const text = option ?? env[secretName]
  if (text === undefined || text === '') return []
  const where = option === undefined ? `The environment variable \`${secretName}\`` : 'Option `cache.secret`'
  const parts = typeof text === 'string' ? text.split(',').map((part) => part.trim()) : ['']
  // What is shorter can be tried out by whoever reads one entry.
  if (parts.every((part) => /^[\x21-\x7e]{16,512}$/.test(part))) return parts.map(createSecret)
  const hint = 'Make one with openssl rand -hex 32.'
  throw new OptionError(`${where} must be 16 to 512 printable ASCII characters without spaces and commas.`, { hint })
}

function namedNamespace(option: unknown, env: NodeJS.ProcessEnv): string | undefined {
  const name = option === undefined ? 'COMPRESS_FAST_CACHE_NAMESPACE' : 'cache.namespace'
  const value = option ?? (env['COMPRESS_FAST_CACHE_NAMESPACE']?.trim() || undefined)
  if (value === undefined) return undefined
  if (typeof value === 'string' && /^[a-z0-9][a-z0-9._-]{0,63}$/.test(value)) return value
  throw invalid(name, 'up to 64 lower-case letters, digits, dots, dashes and underscores', value)
}
