import { once } from 'node:events'
import { createServer } from '../create-server.js'
import type { Delay } from '../jobs/delay.js'
import type { ServerOptions } from '../options.js'
import { readArguments, UsageError, wholeNumber } from './arguments.js'

const names = [
  'data',
  'host',
  'port',
  'public-url',
  'quality',
  'effort',
  'metadata',
  'concurrency',
  'retention',
  'delay',
] as const

/** Runs a server until the process is told to stop. */
export async function serve(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const options = readServeOptions(args, env)
  // Listened for before the start, so that a signal meanwhile ends the server as properly as one after it.
  const told = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  const server = await createServer(options)
  await told
  await server.close()
}

/** @throws {UsageError} naming the option that cannot be. */
export function readServeOptions(args: readonly string[], env: NodeJS.ProcessEnv): ServerOptions {
  const { values, flags, rest } = readArguments(args, env, names, ['trust-proxy'])
  if (rest.length > 0) throw new UsageError(`${JSON.stringify(rest[0])} is no option.`)
  const number = (name: string, least: number) => {
    const text = values[name]
    return text === undefined ? undefined : wholeNumber(name, text, least)
  }
  return {
    data: values['data'],
    host: values['host'],
    port: number('port', 0),
    publicUrl: values['public-url'],
    trustProxy: flags.has('trust-proxy'),
    quality: parseQuality(values['quality']),
    effort: oneOf('effort', values['effort'], ['fast', 'balanced', 'max']),
    metadata: oneOf('metadata', values['metadata'], ['safe', 'all', 'none']),
    concurrency: number('concurrency', 1),
    retentionMinutes: number('retention', 1),
    delay: parseDelay(values['delay']),
  }
}

function oneOf<T extends string>(name: string, text: string | undefined, known: readonly T[]): T | undefined {
  if (text === undefined) return undefined
  const value = known.find((word) => word === text)
  if (value !== undefined) return value
  throw new UsageError(`--${name} must be ${known.join(', ')}, not ${JSON.stringify(text)}.`)
}

const levels = ['lossless', 'high', 'balanced', 'small'] as const

function parseQuality(text: string | undefined): ServerOptions['quality'] {
  const score = Number(text)
  if (Number.isFinite(score) && score >= 1 && score <= 100) return score
  return oneOf('quality', text, levels)
}

function parseDelay(text: string | undefined): Delay | undefined {
  if (text === undefined) return undefined
  const [least = '', most = least] = text.split('-')
  return { least: wholeNumber('delay', least, 0), most: wholeNumber('delay', most, 0) }
}
