import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { isLoopback, parseBytes, resolveSecrets } from 'unplugin-compress-fast/cli'
import { type Arguments, readArguments } from '../arguments.js'
import { exitCodes } from '../exit-codes.js'
import type { Terminal } from '../terminal.js'
import { UsageError } from '../usage-error.js'
import { everybody, type Grants, parseGrants } from './grants.js'
import { createEntryListener } from './listener.js'
import { type ServeOption, serveSpecs } from './specs.js'
import { openEntryStore } from './store.js'

// Requests in hand get this long when the server stops, in milliseconds.
const closeMs = 5000
const longestUploadMs = 5 * 60_000
const idleMs = 30_000

/** `compress-fast cache serve`: a shared cache for builds of several machines, until the process is told to stop. */
export async function serve(args: readonly string[], terminal: Terminal): Promise<number> {
  // Listened for before the start, so that a signal meanwhile ends the server as properly as one after it.
  const told = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  const given = readArguments(args, serveSpecs)
  if (given.has('help')) {
    terminal.print((await import('../usage.js')).usageOf('serve'))
    return exitCodes.done
  }
  if (given.rest.length > 0) throw new UsageError(`cache serve takes no ${given.rest[0]}.`)
  const host = given.text('host') ?? '127.0.0.1'
  const grants = grantsOf(given, terminal, host)
  const secrets = resolveSecrets(undefined, terminal.env)
  const dir = resolve(terminal.cwd, given.text('dir') ?? 'compress-fast-cache')
  const maxSize = bytesOf(given, 'max-size', '5GB')
  const mostBytes = Math.min(maxSize, bytesOf(given, 'max-entry', '128MB'))
  const store = await openEntryStore(dir, secrets, { mostBytes, maxSize })
  const server = createServer({ requestTimeout: longestUploadMs, headersTimeout: idleMs, maxHeaderSize: 16 * 1024 })
  server.timeout = idleMs
  server.on('request', createEntryListener(store, grants))
  server.listen(portOf(given), host)
  await Promise.race([once(server, 'listening'), told]).catch((error: unknown) => {
    throw new UsageError(`The server cannot listen: ${error instanceof Error ? error.message : String(error)}.`)
  })
  const address = server.address()
  if (isTcp(address))
    terminal.print(`http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`)
  if (secrets.length === 0) {
    terminal.warn(
      'COMPRESS_FAST_CACHE_SECRET is not set, so what is sent is kept unseen. Builds look at it all the same.',
    )
  }
  await told
  const timer = setTimeout(() => server.closeAllConnections(), closeMs)
  await new Promise((resolve) => {
    server.close(resolve)
    server.closeIdleConnections()
  })
  clearTimeout(timer)
  await store.close()
  return exitCodes.done
}

function isTcp(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null
}

/** Tokens come from a file or the environment, as command lines are seen by everybody on a machine. */
function grantsOf(given: Arguments<ServeOption>, { cwd, env }: Terminal, host: string): Grants {
  const file = given.text('tokens')
  if (file !== undefined) return parseGrants(readTokens(resolve(cwd, file)))
  const text = env['COMPRESS_FAST_CACHE_TOKENS']?.trim()
  if (text) return parseGrants(text)
  if (isLoopback(host) || host === '::1') return everybody
  const hint = 'Name a file with --tokens, or set COMPRESS_FAST_CACHE_TOKENS. A line: TOKEN read=main,pr-* write=pr-*'
  throw new UsageError(`Other machines reach ${host}, so tokens have to say who may do what.`, hint)
}

function readTokens(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw new UsageError(`${path} cannot be read.`)
  }
}

function portOf(given: Arguments<ServeOption>): number {
  const text = given.text('port') ?? '4080'
  if (/^\d{1,5}$/.test(text) && Number(text) < 65_536) return Number(text)
  throw new UsageError(`--port needs a number up to 65535, not ${text}.`)
}

function bytesOf(given: Arguments<ServeOption>, name: 'max-size' | 'max-entry', usual: string): number {
  const text = given.text(name) ?? usual
  const bytes = parseBytes(text)
  if (bytes === undefined || bytes === 0) throw new UsageError(`--${name} needs a size such as ${usual}, not ${text}.`)
  return bytes
}
