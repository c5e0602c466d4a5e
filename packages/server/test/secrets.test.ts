import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Answer, call, finish, form, submit } from './client.js'
import { fixture, newFolder, newKey, removeFolder, type ServerProcess, startServer } from './harness.js'

const webhookSecret = 'canary-secret-of-a-webhook'

let folder: string
let server: ServerProcess
let key: string
let revoked: string

beforeAll(async () => {
  folder = await newFolder()
  key = (await newKey(folder)).key
  revoked = (await newKey(folder)).key
  server = await startServer(folder)
})
afterAll(() => removeFolder(folder))

test('keys and secrets are in no answer, log or file', async () => {
  const icon = await fixture('icon.png')
  const answers: Answer[] = []
  const ask = async (...args: Parameters<typeof call>) => answers.push(await call(...args))
  const fields = { webhookUrl: 'https://hook.invalid/', webhookSecret }
  const submitted = await submit(server.url, key, icon, { name: 'a.png', fields, idempotencyKey: 'a' })
  answers.push(submitted)
  const { id } = submitted.json
  await finish(server.url, key, id)
  const paths = ['', '/download', '/cancel', '/nothing'].map((path) => `/compress/job/${id}${path}`)
  for (const path of [
    ...paths,
    '/compress',
    '/compress/entitlements/me',
    '/compress/schema',
    '/healthz',
    '/metrics',
    '/openapi.json',
  ]) {
    await ask(server.url, key, path)
    await ask(server.url, revoked, path)
    await ask(server.url, undefined, `${path}?key=${key}`)
  }
  await ask(server.url, key, '/compress', { method: 'POST', body: form(icon, `${key}.mp3`) })
  await ask(server.url, key, '/compress', {
    method: 'POST',
    body: '{',
    headers: { 'content-type': 'application/json' },
  })
  await ask(server.url, `${key}x`, '/compress/entitlements/me')
  expect(await server.stop()).toBe(0)

  const hidden = [key, revoked, webhookSecret]
  const texts = answers.map(({ bytes, headers }) => bytes.toString('latin1') + JSON.stringify([...headers]))
  const spilled = texts.filter((text) => hidden.some((word) => text.includes(word)))
  // Only the name that a client gave its own file comes back to it.
  expect(spilled).toEqual([])
  expect(hidden.filter((word) => server.output().includes(word))).toEqual([])
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const bytes = await readFile(join(entry.parentPath, entry.name))
    expect([entry.name, [key, revoked].filter((word) => bytes.includes(word))]).toEqual([entry.name, []])
  }
  // The search would have found them: the database does hold what it was told of the key.
  expect(await readFile(join(folder, 'server.db'), 'latin1')).toContain(id)
})
