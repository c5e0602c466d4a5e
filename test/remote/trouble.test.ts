import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import type { Verdict } from '../../src/cache/cache.js'
import { digestOf } from '../../src/cache/key.js'
import { createRemoteCache } from '../../src/cache/remote.js'
import { seal } from '../../src/cache/seal.js'
import { openStore } from '../../src/remote/open-store.js'
import { createSecret } from '../../src/util/secret.js'
import { keyAt } from '../faults/workers/random.mjs'
import { listening } from '../listening.js'
import { buildClone, shipped } from './clones.js'
import { secret, token } from './stores.js'

/** A server that answers as the test says, and counts. */
async function serverOf(answer: (req: IncomingMessage, res: ServerResponse) => void) {
  const seen: string[] = []
  const server = createServer((req, res) => {
    seen.push(`${req.method} ${req.url}`)
    expect(req.headers.authorization).toBe(`Bearer ${token}`)
    answer(req, res)
  })
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const port = await listening(server)
  return { remote: `http://127.0.0.1:${port}/cache`, env: { COMPRESS_FAST_CACHE_TOKEN: token }, seen }
}

/** The cache alone, with a short patience. */
function cacheOf(
  remote: string,
  patienceMs: number,
  secrets: Parameters<typeof createRemoteCache>[0]['secrets'] = [createSecret(secret)],
) {
  const warnings: string[] = []
  const cache = createRemoteCache({
    place: 'the test',
    open: () => openStore({ kind: 'http', url: remote, token: createSecret(token) }),
    secrets,
    namespaces: { read: ['main', 'pr-1'], write: 'pr-1' },
    warn: (message) => void warnings.push(message),
    patienceMs,
  })
  return { cache, warnings }
}

const bytes = Uint8Array.of(1, 2, 3)
const verdict: Verdict = { gain: true, bytes, digest: digestOf(bytes), quality: 80.5 }

test.each<[string, (req: IncomingMessage, res: ServerResponse) => void]>([
  ['never answers', () => undefined],
  ['answers without an end', (_, res) => void res.writeHead(200, { 'content-length': 500 }).write('a')],
])('a server that %s is asked nothing more, and told of once', async (_, answer) => {
  const { remote, seen } = await serverOf(answer)
  const { cache, warnings } = cacheOf(remote, 300)
  const found = await Promise.all(Array.from({ length: 100 }, (_, index) => cache.get(keyAt(index))))
  expect(found.every((verdict) => verdict === undefined)).toBe(true)
  // Those that were on their way when time was up, and no others.
  expect(seen.length).toBeLessThanOrEqual(32)
  const before = seen.length
  await cache.set(keyAt(1), verdict)
  expect(await cache.get(keyAt(200))).toBeUndefined()
  await cache.settle?.()
  expect(await cache.get(keyAt(201))).toBeUndefined()
  expect(seen.length).toBe(before)
  expect(warnings).toEqual([expect.stringContaining('it kept the build waiting for 0.3 s')])
})

test('a server that takes nothing is not waited for at the end either', async () => {
  const { remote, seen } = await serverOf(() => undefined)
  const { cache, warnings } = cacheOf(remote, 300)
  for (let index = 0; index < 100; index++) await cache.set(keyAt(index), verdict)
  await cache.settle?.()
  expect(seen.filter((line) => line.startsWith('PUT')).length).toBeLessThanOrEqual(32)
  expect(warnings).toEqual([expect.stringContaining('too slowly')])
})

test('an answer is not asked for twice in a build, and again in the next', async () => {
  const { remote, seen } = await serverOf((_, res) => void res.writeHead(404).end())
  const { cache, warnings } = cacheOf(remote, 30_000)
  for (let times = 0; times < 3; times++) expect(await cache.get(keyAt(1))).toBeUndefined()
  expect(seen).toEqual([`GET /cache/main/${keyAt(1)}`, `GET /cache/pr-1/${keyAt(1)}`])
  await cache.settle?.()
  await cache.get(keyAt(1))
  expect(seen).toHaveLength(4)
  expect(warnings).toEqual([])
})

const address = { namespace: 'main', key: keyAt(1) }
const entry = seal(verdict, address, createSecret(secret)) ?? new Uint8Array()

test.each<[string, (res: ServerResponse) => void, string]>([
  ['leads elsewhere', (res) => void res.writeHead(302, { location: '/elsewhere' }).end(), 'it leads elsewhere (302)'],
  ['does not know the token', (res) => void res.writeHead(401).end(), '(401)'],
  ['forbids it', (res) => void res.writeHead(403).end(), '(403)'],
  ['is broken', (res) => void res.writeHead(500).end('oops'), 'status 500'],
  [
    'says more than it sends',
    (res) => void res.writeHead(200, { 'content-length': entry.byteLength + 9 }).end(entry),
    '',
  ],
  [
    'sends without end',
    (res) => {
      const go = () => void (res.destroyed || res.write(Buffer.alloc(65_536), go))
      res.writeHead(200)
      go()
    },
    'it is larger than its source',
  ],
  ['packs what it sends', (res) => void res.writeHead(200, { 'content-encoding': 'gzip' }).end(entry), 'it is packed'],
])('a server that %s is a miss', async (_, answer, why) => {
  const { remote, seen } = await serverOf((_, res) => answer(res))
  const { cache, warnings } = cacheOf(remote, why === '' ? 1000 : 30_000)
  const demands = { mostBytes: 1000, accepts: async () => true }
  for (let index = 1; index < 40; index++) expect(await cache.get(keyAt(index), demands)).toBeUndefined()
  expect(seen.some((line) => line.includes('elsewhere'))).toBe(false)
  expect(warnings).toEqual([expect.stringContaining(why)])
})

test('a result that cannot stand in for its source is not taken, whoever signed it', async () => {
  const { remote } = await serverOf((req, res) => void res.writeHead(req.url?.includes('main') ? 200 : 404).end(entry))
  const { cache, warnings } = cacheOf(remote, 30_000)
  expect(await cache.get(address.key, { mostBytes: 1000, accepts: async () => false })).toBeUndefined()
  expect(warnings).toEqual([expect.stringContaining('it cannot stand in for its source')])
  await cache.settle?.()
  expect(await cache.get(address.key, { mostBytes: 1000, accepts: async () => true })).toEqual(verdict)
})

test('a build with nobody there ships what one without a shared cache ships', async () => {
  const { remote, env } = await serverOf((_, res) => void res.writeHead(503).end())
  const plain = await buildClone({ remote: { get: async () => null, put: async () => undefined }, env: {} })
  const built = await buildClone({ remote, env }, { expectWarnings: ['The shared cache at 127.0.0.1'] })
  expect(shipped(built)).toEqual(shipped(plain))
  expect(built.report.warnings).toMatchObject([{ code: 'CACHE_TROUBLE' }])
  const told = JSON.stringify([built.report, built.warnings, built.infos])
  expect(told).not.toContain(token)
  expect(told).not.toContain(secret)
})

test("a pull request takes main's results and its own, and nobody takes those of a pull request", async () => {
  const names: string[] = []
  const entries = new Map<string, Uint8Array>()
  const remote = {
    get: async (name: string) => entries.get(name),
    async put(name: string, bytes: Uint8Array) {
      names.push(name)
      entries.set(name, bytes)
    },
  }
  const from = async (namespace: string) =>
    (await buildClone({ remote, env: {} }, { cache: { namespace } })).report.totals.from
  expect(await from('pr-7')).toMatchObject({ engine: 3, remote: 0 })
  expect(new Set(names.map((name) => name.split('/')[0]))).toEqual(new Set(['pr-7']))
  expect(await from('main')).toMatchObject({ engine: 3, remote: 0 })
  expect(await from('pr-9')).toMatchObject({ engine: 0, remote: 3 })
  expect(names.some((name) => name.startsWith('pr-9'))).toBe(false)
})

test('an old secret is still accepted behind a new one, and nowhere else', async () => {
  const { remote } = await serverOf((_, res) => void res.writeHead(200).end(entry))
  const [fresh, old] = [createSecret('n'.repeat(32)), createSecret(secret)]
  expect(await cacheOf(remote, 30_000, [fresh, old]).cache.get(address.key)).toEqual(verdict)
  const { cache, warnings } = cacheOf(remote, 30_000, [fresh])
  expect(await cache.get(address.key)).toBeUndefined()
  expect(warnings).toEqual([expect.stringContaining('its signature does not fit the secret')])
})
