import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import S3rver from 's3rver'
import type { RemoteStore } from 'unplugin-compress-fast'
import { onTestFinished } from 'vitest'
import { openStore } from '../../src/remote/open-store.js'
import { parseRemote } from '../../src/remote-address.js'
import { listening } from '../listening.js'

export const secret: string = randomBytes(32).toString('hex')
export const token: string = randomBytes(16).toString('hex')

/** A real store that is running, and what an enemy who got into it can do. */
export interface Running {
  /** What `cache.remote` is set to. */
  readonly remote: string | RemoteStore
  /** The environment that goes with it. */
  readonly env: NodeJS.ProcessEnv
  /** Puts bytes there, past everything that looks at them. */
  plant(name: string, bytes: Uint8Array): Promise<void>
}

export interface Kind {
  readonly name: string
  readonly isMissing?: string
  start(): Promise<Running>
}

const program = fileURLToPath(new URL('../../packages/cli/lib/cli.js', import.meta.url))

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'compress-fast-remote-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

/** Starts `compress-fast cache serve`; it is ended, and must end well, when the test does. */
export async function startServe(env: NodeJS.ProcessEnv, dir: string, args: readonly string[] = []): Promise<string> {
  const { address, child } = await spawnServe(env, dir, args)
  onTestFinished(async () => {
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    const [code] = await ended
    if (code !== 0) throw new Error(`The server ended with ${code}.`)
  })
  return address
}

/** Starts the same, for who ends it in a way of his own. */
export async function spawnServe(env: NodeJS.ProcessEnv, dir: string, args: readonly string[]) {
  const all = [program, 'cache', 'serve', '--port', '0', '--dir', dir, ...args]
  const child = spawn(process.execPath, all, {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [address] = await Promise.race([
    once(createInterface(child.stdout), 'line'),
    once(child, 'exit').then(() => Promise.reject(new Error('The server did not start.'))),
  ])
  return { address: String(address), child }
}

async function startHttp(): Promise<Running> {
  const dir = folder()
  const remote = await startServe(
    { COMPRESS_FAST_CACHE_SECRET: secret, COMPRESS_FAST_CACHE_TOKENS: `${token} read=* write=*` },
    dir,
  )
  return {
    remote,
    env: { COMPRESS_FAST_CACHE_TOKEN: token },
    async plant(name, bytes) {
      const [namespace = '', key = ''] = name.split('/')
      const path = join(dir, namespace, key.slice(0, 2), key)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, bytes)
    },
  }
}

async function startS3(): Promise<Running> {
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory: folder(),
    configureBuckets: [{ name: 'results', configs: [] }],
  })
  const { port } = await server.run()
  onTestFinished(() => server.close())
  const remote = `s3://results/some/folder?endpoint=http://127.0.0.1:${port}`
  return throughStore(remote, { AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER' })
}

async function startRedis(): Promise<Running> {
  const port = await freePort()
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--requirepass', 'pass-word']
  const child = spawn('redis-server', args, { cwd: folder(), stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(async () => {
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
  })
  for await (const line of createInterface(child.stdout)) if (line.includes('Ready to accept connections')) break
  child.stdout.resume()
  return throughStore(`redis://:pass-word@127.0.0.1:${port}/1`, {})
}

async function startObject(): Promise<Running> {
  const entries = new Map<string, Uint8Array>()
  const remote = {
    entries,
    async get(this: { entries: Map<string, Uint8Array> }, name: string) {
      return this.entries.get(name)
    },
    async put(this: { entries: Map<string, Uint8Array> }, name: string, bytes: Uint8Array) {
      this.entries.set(name, bytes)
    },
  }
  return { remote, env: {}, plant: async (name, bytes) => void entries.set(name, bytes) }
}

/** An enemy with the rights of a build. */
async function throughStore(remote: string, env: NodeJS.ProcessEnv): Promise<Running> {
  const store = await openStore(parseRemote(remote, 'remote', env).store)
  onTestFinished(() => store.close?.())
  const { signal } = new AbortController()
  return { remote, env, plant: async (name, bytes) => void (await store.put(name, bytes, { replaces: true, signal })) }
}

/** A port that was free a moment ago: Redis cannot tell which one it took. */
async function freePort(): Promise<number> {
  const server = createServer()
  const port = await listening(server)
  server.close()
  await once(server, 'close')
  return port
}

const hasRedis = spawnSync('redis-server', ['--version']).status === 0

export const kinds: readonly Kind[] = [
  { name: 'compress-fast cache serve', start: startHttp },
  { name: 'S3', start: startS3 },
  { name: 'Redis', start: startRedis, ...(!hasRedis && { isMissing: 'there is no redis-server' }) },
  { name: 'an object', start: startObject },
]
