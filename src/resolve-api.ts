import { OptionError } from './errors.js'
import { fieldsOf, invalid, isText, wholeNumber } from './option-values.js'
import type { ResolvedApi } from './options.js'
import { checkAddress } from './util/origin.js'
import { createSecret, type Secret } from './util/secret.js'

/** The service itself. */
const publicUrl = 'https://api.tools.fast'

// What the service takes at a time (18), and those whose results are on their way back.
const serviceConcurrency = 24

/**
 * Answers the questions about the service.
 * @param concurrency The option of that name, which was not looked at yet.
 */
export function resolveApi(value: unknown, concurrency: unknown, env: NodeJS.ProcessEnv): ResolvedApi {
  const given = fieldsOf(value, 'api', ['key', 'url', 'maxCredits', 'maxUncertain', 'timeout'])
  return {
    key: resolveKey(given['key'], env),
    url: resolveUrl(given['url'], env),
    maxCredits: wholeNumber(given['maxCredits'] ?? 1000, 0, 'api.maxCredits'),
    maxUncertain: wholeNumber(given['maxUncertain'] ?? 1, 0, 'api.maxUncertain'),
    timeoutMs: wholeNumber(given['timeout'] ?? 300, 1, 'api.timeout') * 1000,
    concurrency: concurrency === undefined ? serviceConcurrency : wholeNumber(concurrency, 1, 'concurrency'),
  }
}

/** Whatever is wrong with a key, it is not shown. */
function resolveKey(value: unknown, env: NodeJS.ProcessEnv): Secret | null {
  // CI often spells "not set" as an empty variable, and files end with a line.
  const key = typeof value === 'string' ? value.trim() : (value ?? env['TOOLS_FAST_API_KEY']?.trim())
  if (key === undefined || key === '') return null
  if (typeof key === 'string' && /^[\x21-\x7e]{1,512}$/.test(key)) return createSecret(key)
  const where = value === undefined ? 'The environment variable `TOOLS_FAST_API_KEY`' : 'Option `api.key`'
  throw new OptionError(`${where} must be an API key: up to 512 printable ASCII characters without spaces.`)
}

function resolveUrl(value: unknown, env: NodeJS.ProcessEnv): string {
  const url = value ?? (env['COMPRESS_FAST_URL']?.trim() || publicUrl)
  const name = value === undefined ? 'COMPRESS_FAST_URL' : 'api.url'
  if (!isText(url)) throw invalid(name, 'an address', url)
  const checked = checkAddress(url)
  if ('url' in checked) return checked.url.href.replace(/\/$/, '')
  // An address may hold a password, so it is not shown either.
  throw new OptionError(`Option \`${name}\` must be an https address, or http on this machine: ${checked.problem}.`)
}
