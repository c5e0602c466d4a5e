import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call, finish, form, submit } from './client.js'
import { command, fixture, newFolder, newKey, removeFolder, type ServerProcess, startServer } from './harness.js'

let folder: string
let server: ServerProcess
/** Keys by who has them. */
const keys: Record<string, string | undefined> = { none: undefined, malformed: 'fast_prod_short' }
let photo: Buffer

beforeAll(async () => {
  folder = await newFolder()
  photo = await fixture('icon.png')
  const owner = await newKey(folder, '--credits', '1000')
  const revoked = await newKey(folder, '--account', owner.account)
  await command(['keys', 'revoke', revoked.id, '--data', folder])
  keys['unknown'] = `fast_prod_${'A'.repeat(43)}`
  keys['revoked'] = revoked.key
  keys['other'] = (await newKey(folder, '--credits', '1000')).key
  keys['owner'] = owner.key
  server = await startServer(folder)
})
afterAll(async () => {
  expect(await server.stop()).toBe(0)
  await removeFolder(folder)
})

/** A job of the owner's that is over. */
async function finishedJob(): Promise<string> {
  const { json } = await submit(server.url, keys['owner'] ?? '', photo, { name: 'icon.png' })
  await finish(server.url, keys['owner'] ?? '', json.id)
  return json.id
}

/** An endpoint: how to ask it, and what it answers other accounts and the right one. */
const endpoints: readonly (readonly [name: string, method: string, path: string, other: number, owner: number])[] = [
  ['submit', 'POST', '/compress', 202, 202],
  ['submit to one compressor', 'POST', '/compress/png', 202, 202],
  ['status', 'GET', '/compress/job/:id', 403, 200],
  ['download', 'GET', '/compress/job/:id/download', 403, 200],
  ['cancel', 'POST', '/compress/job/:id/cancel', 403, 409],
  ['delete', 'DELETE', '/compress/job/:id', 403, 204],
  ['unknown job', 'GET', '/compress/job/01a20eb5-0918-74e3-ba47-15e506c016eb', 404, 404],
  ['compressors', 'GET', '/compress/compressors', 200, 200],
  ['compressors by their other name', 'GET', '/compress', 200, 200],
  ['schema', 'GET', '/compress/schema', 200, 200],
  ['schema of a format', 'GET', '/compress/schema/png', 200, 200],
  ['estimate', 'GET', '/compress/estimate/jpg?fileSizeMb=12', 200, 200],
  ['entitlements', 'GET', '/compress/entitlements/me', 200, 200],
]
const open: readonly string[] = ['/healthz', '/metrics', '/openapi.json', '/', '/SKILL.md']
const refused = ['none', 'malformed', 'unknown', 'revoked']

describe.each(endpoints)('%s', (_name, method, path, other, owner) => {
  test.each([...refused, 'other', 'owner'])('asked with the key: %s', async (identity) => {
    const at = path.replace(':id', path.includes(':id') ? await finishedJob() : '')
    const init = method === 'POST' && !at.endsWith('cancel') ? { method, body: form(photo, 'icon.png') } : { method }
    const answer = await call(server.url, keys[identity], at, init)
    const expected = refused.includes(identity) ? 401 : identity === 'owner' ? owner : other
    expect({ status: answer.status, code: answer.json?.error ?? undefined }).toEqual({
      status: expected,
      code: codes[expected],
    })
    if (answer.status === 202 && answer.json) await finish(server.url, keys[identity] ?? '', answer.json.id)
  })
})

/** The code that comes with a status in this table. */
const codes: Readonly<Record<number, string | undefined>> = {
  401: 'api_key.invalid_or_ip_not_allowed',
  403: 'jobs.forbidden',
  404: 'jobs.not_found',
  409: 'jobs.not_cancellable',
}

describe.each(open)('%s', (path) => {
  test.each([...refused, 'other', 'owner'])('asked with the key: %s', async (identity) => {
    expect((await call(server.url, keys[identity], path)).status).toBe(200)
  })
})

test('a key that is tied to an address works from there alone', async () => {
  const here = await newKey(folder, '--allow', '127.0.0.0/8')
  const elsewhere = await newKey(folder, '--allow', '192.0.2.1,2001:db8::/32')
  expect((await call(server.url, here.key, '/compress/entitlements/me')).status).toBe(200)
  expect((await call(server.url, elsewhere.key, '/compress/entitlements/me')).status).toBe(401)
})

test('a key is refused from the moment it is revoked', async () => {
  const { key, id } = await newKey(folder)
  expect((await call(server.url, key, '/compress/entitlements/me')).status).toBe(200)
  await command(['keys', 'revoke', id, '--data', folder])
  expect((await call(server.url, key, '/compress/entitlements/me')).status).toBe(401)
})
