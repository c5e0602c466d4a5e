import { OptionError } from './errors.js'
import { invalid } from './option-values.js'
import type { RemoteTarget, S3Target } from './remote/target.js'
import { checkAddress } from './util/origin.js'
import { createSecret, type Secret } from './util/secret.js'

/** Where a shared cache is, and how messages call it. */
export interface RemoteAddress {
  readonly store: RemoteTarget
  readonly place: string
}

const forms = 'https://…, s3://bucket/prefix, redis://… or rediss://…'

/**
 * What an address of a shared cache means.
 * @param name Where it was given, for messages. They never show it, as it may hold a password.
 * @throws {OptionError}
 */
export function parseRemote(text: string, name: string, env: NodeJS.ProcessEnv): RemoteAddress {
  if (!URL.canParse(text)) throw new OptionError(`\`${name}\` must be ${forms}, and is no address.`)
  const url = new URL(text)
  switch (url.protocol) {
    case 'https:':
    case 'http:': {
      const { href, host, pathname } = checked(text, name)
      return { store: { kind: 'http', url: unended(href), token: tokenOf(env) }, place: host + unended(pathname) }
    }
    case 's3:':
      return parseS3(url, name, env)
    case 'redis:':
    case 'rediss:':
      return { store: { kind: 'redis', url: createSecret(text) }, place: `${url.protocol}//${url.host}` }
    default:
      throw new OptionError(`\`${name}\` must be ${forms}, and begins with ${url.protocol}//.`)
  }
}

/** Without slashes at its end. */
function unended(text: string): string {
  return text.replace(/\/+$/, '')
}

/** An address that secrets may go to. */
function checked(text: string, name: string): URL {
  const result = checkAddress(text)
  if ('url' in result) return result.url
  throw new OptionError(`\`${name}\` must be an https address, or http on this machine: ${result.problem}.`)
}

function tokenOf(env: NodeJS.ProcessEnv): Secret | null {
  const token = env['COMPRESS_FAST_CACHE_TOKEN']?.trim()
  if (!token) return null
  // RFC 6750, 2.1.
  if (/^[A-Za-z0-9._~+/-]{1,512}=*$/.test(token)) return createSecret(token)
  throw new OptionError('The environment variable `COMPRESS_FAST_CACHE_TOKEN` must be letters, digits and `._~+/-`.')
}

const s3Parameters = ['endpoint', 'region', 'pathStyle']

/** `s3://bucket/prefix?endpoint=…&region=…&pathStyle=true`; what is left out comes from the usual variables. */
function parseS3(
  { hostname: bucket, pathname, searchParams }: URL,
  name: string,
  env: NodeJS.ProcessEnv,
): RemoteAddress {
  for (const parameter of searchParams.keys()) {
    if (s3Parameters.includes(parameter)) continue
    throw new OptionError(`\`${name}\` has the parameter ${parameter}. Known: ${s3Parameters.join(', ')}.`)
  }
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket) || bucket.includes('..')) {
    throw new OptionError(`\`${name}\` must name a bucket: s3://bucket/prefix.`)
  }
  if (!/^[A-Za-z0-9._/-]*$/.test(pathname)) {
    throw new OptionError(`\`${name}\` must have a prefix of letters, digits, dots, dashes, underscores and slashes.`)
  }
  const region = searchParams.get('region') ?? (env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || 'us-east-1')
  if (!/^[a-z0-9-]{1,40}$/.test(region)) throw invalid(`${name} (region)`, 'a region such as eu-central-1', region)
  const given = searchParams.get('endpoint') ?? (env['AWS_ENDPOINT_URL_S3'] || env['AWS_ENDPOINT_URL'])
  const endpoint = checked(given || `https://s3.${region}.amazonaws.com`, given ? `${name} (endpoint)` : name)
  // Servers of one's own seldom have a name for each bucket, and certificates have none for names with dots.
  const style = searchParams.get('pathStyle') ?? String(Boolean(given) || bucket.includes('.'))
  const host = style === 'false' ? `${bucket}.${endpoint.host}` : endpoint.host
  const folder = `${style === 'false' ? '' : `/${bucket}`}${unended(pathname)}`
  const url = `${endpoint.protocol}//${host}${unended(endpoint.pathname)}${folder}`
  return { store: { kind: 's3', url, region, ...credentialsOf(env) }, place: `s3://${bucket}${pathname}` }
}

function credentialsOf(env: NodeJS.ProcessEnv): Pick<S3Target, 'accessKeyId' | 'secretAccessKey' | 'sessionToken'> {
  const accessKeyId = env['AWS_ACCESS_KEY_ID']?.trim()
  const secret = env['AWS_SECRET_ACCESS_KEY']?.trim()
  if (!accessKeyId || !secret) {
    const hint = 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or COMPRESS_FAST_CACHE_REMOTE=off to do without.'
    throw new OptionError('A shared cache in S3 needs credentials, and the environment has none.', { hint })
  }
  const token = env['AWS_SESSION_TOKEN']?.trim()
  return { accessKeyId, secretAccessKey: createSecret(secret), sessionToken: token ? createSecret(token) : null }
}
