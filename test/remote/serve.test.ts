import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { digestOf } from '../../src/cache/key.js'
import { seal } from '../../src/cache/seal.js'
import { createSecret } from '../../src/util/secret.js'
import { keyAt } from '../faults/workers/random.mjs'
import { secret, startServe } from './stores.js'

const [all, pulls] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')]
const tokens = `${all} read=* write=*\n# pull requests\n${pulls} read=main,pr-* write=pr-*`
const right = createSecret(secret)

function entryFor(namespace: string, key: string): Uint8Array {
  const bytes = randomBytes(5000)
  return seal({ gain: true, bytes, digest: digestOf(bytes), quality: null }, { namespace, key }, right) ?? bytes
}

interface Ask {
  readonly method?: string
  readonly token?: string
  readonly body?: Uint8Array
  readonly isConditional?: boolean
}

/** Sends a path as it is, which `fetch` would tidy up. */
function ask(base: string, path: string, { method = 'GET', token = all, body, isConditional }: Ask = {}) {
  const { hostname, port } = new URL(base)
  const headers = { ...(token && { authorization: `Bearer ${token}` }), ...(isConditional && { 'if-none-match': '*' }) }
  return new Promise<{ status: number; bytes: Buffer }>((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers }, (res) => {
      const chunks: Buffer[] = []
      res.on('data', (chunk: Buffer) => chunks.push(chunk))
      res.on('end', () => resolve({ status: res.statusCode ?? 0, bytes: Buffer.concat(chunks) }))
      res.on('error', reject)
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

async function started(env: NodeJS.ProcessEnv = {}, args: readonly string[] = []) {
  const dir = mkdtempSync(join(tmpdir(), 'compress-fast-serve-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const own = { COMPRESS_FAST_CACHE_SECRET: secret, COMPRESS_FAST_CACHE_TOKENS: tokens, ...env }
  return { dir, base: await startServe(own, join(dir, 'entries'), args) }
}

test('keeps what is signed for its place, once, and gives it back', async () => {
  const { base, dir } = await started()
  const [path, entry] = [`/main/${keyAt(1)}`, entryFor('main', keyAt(1))]
  expect((await ask(base, path)).status).toBe(404)
  expect((await ask(base, path, { method: 'PUT', body: entry, isConditional: true })).status).toBe(201)
  expect((await ask(base, path)).bytes).toEqual(Buffer.from(entry))
  expect(await ask(base, path, { method: 'HEAD' })).toMatchObject({ status: 200, bytes: Buffer.alloc(0) })
  const next = entryFor('main', keyAt(1))
  expect((await ask(base, path, { method: 'PUT', body: next, isConditional: true })).status).toBe(412)
  expect((await ask(base, path)).bytes).toEqual(Buffer.from(entry))
  expect((await ask(base, path, { method: 'PUT', body: next })).status).toBe(201)
  expect((await ask(base, path)).bytes).toEqual(Buffer.from(next))
  expect(readdirSync(join(dir, 'entries', '.tmp'))).toEqual([])
})

test('refuses what is not signed for its place, and keeps nothing of it', async () => {
  const { base, dir } = await started()
  const entry = entryFor('main', keyAt(1))
  const changed = Uint8Array.from(entry)
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
  for (const [path, body] of [
    [`/main/${keyAt(2)}`, entry],
    [`/pr-1/${keyAt(1)}`, entry],
    [`/main/${keyAt(1)}`, changed],
    [`/main/${keyAt(1)}`, entry.subarray(0, -1)],
    [`/main/${keyAt(1)}`, Buffer.concat([entry, Buffer.of(0)])],
    [`/main/${keyAt(1)}`, Buffer.from('garbage')],
    [`/main/${keyAt(1)}`, Buffer.alloc(0)],
  ] as const) {
    expect((await ask(base, path, { method: 'PUT', body })).status, path).toBe(422)
    expect((await ask(base, path)).status, path).toBe(404)
  }
  expect(readdirSync(join(dir, 'entries'))).toEqual(['.tmp'])
  expect(readdirSync(join(dir, 'entries', '.tmp'))).toEqual([])
})

test('what is larger than --max-entry is read, answered with 413 and not kept', async () => {
  const { base, dir } = await started({}, ['--max-entry', '4kB'])
  const path = `/main/${keyAt(1)}`
  expect((await ask(base, path, { method: 'PUT', body: entryFor('main', keyAt(1)) })).status).toBe(413)
  expect((await ask(base, path)).status).toBe(404)
  // More than twice as much is not read to its end.
  const endless = ask(base, path, { method: 'PUT', body: Buffer.alloc(20_000_000) })
  expect([500, 'cut off']).toContain(
    await endless.then(
      ({ status }) => status,
      () => 'cut off',
    ),
  )
  expect((await ask(base, path)).status).toBe(404)
  expect(readdirSync(join(dir, 'entries', '.tmp'))).toEqual([])
})

test('tokens say who may do what', async () => {
  const { base } = await started()
  const put = (namespace: string, token: string) =>
    ask(base, `/${namespace}/${keyAt(1)}`, { method: 'PUT', token, body: entryFor(namespace, keyAt(1)) })
  expect((await put('main', '')).status).toBe(401)
  expect((await put('main', 'x'.repeat(32))).status).toBe(401)
  expect((await put('main', pulls)).status).toBe(403)
  expect((await put('main', all)).status).toBe(201)
  expect((await put('pr-12', pulls)).status).toBe(201)
  expect((await ask(base, `/main/${keyAt(1)}`, { token: pulls })).status).toBe(200)
  expect((await ask(base, `/branch-1/${keyAt(1)}`, { token: pulls })).status).toBe(403)
  expect((await ask(base, `/main/${keyAt(1)}`, { token: '' })).status).toBe(401)
})

test.each([
  `/../${keyAt(1)}`,
  `/..%2f..%2fetc/passwd`,
  `/main/../../${keyAt(1)}`,
  `/.tmp/${keyAt(1)}`,
  `/main/${keyAt(1)}/`,
  `/main/${keyAt(1).toUpperCase()}A`,
  `//main/${keyAt(1)}`,
  `/main\\x/${keyAt(1)}`,
  '/',
])('%s is no place', async (path) => {
  const { base, dir } = await started()
  expect((await ask(base, path)).status).toBe(404)
  expect((await ask(base, path, { method: 'PUT', body: Buffer.from('x') })).status).toBe(404)
  expect(readdirSync(dir)).toEqual(['entries'])
  expect(existsSync(join(dir, keyAt(1)))).toBe(false)
})
