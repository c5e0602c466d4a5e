import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, finish, submit } from './client.js'
import { fixture, newFolder, newKey, removeFolder, type ServerProcess, startServer } from './harness.js'

let folder: string
let server: ServerProcess
let icon: Buffer

beforeAll(async () => {
  folder = await newFolder()
  icon = await fixture('tiny.png')
  server = await startServer(folder, '--delay', '600')
})
afterAll(async () => {
  expect(await server.stop()).toBe(0)
  await removeFolder(folder)
})

test('18 jobs of an account are outstanding and 6 run, whatever its keys; the rest hear when to come again', async () => {
  const { key, account } = await newKey(folder)
  const second = await newKey(folder, '--account', account)
  const stranger = await newKey(folder)
  const hand = (by: string) => submit(server.url, by, icon, { name: 'a.png' })
  const answers = await Promise.all(Array.from({ length: 24 }, (_, index) => hand(index % 2 ? key : second.key)))
  const accepted = answers.filter(({ status }) => status === 202)
  const refused = answers.filter(({ status }) => status === 429)
  expect([accepted.length, refused.length]).toEqual([18, 6])
  for (const { headers, json } of refused) {
    expect([headers.get('retry-after'), json.error]).toEqual(['1', 'queue.limit_exceeded'])
  }
  expect((await hand(stranger.key)).status).toBe(202)

  const jobs = await Promise.all(accepted.map(({ json }) => call(server.url, key, `/compress/job/${json.id}`)))
  const running = jobs.filter(({ json }) => json.status === 'Running')
  expect(running.length).toBeLessThanOrEqual(6)
  expect(running.length).toBeGreaterThan(0)
  const waiting = jobs.flatMap(({ json }) => (json.status === 'Queued' ? [json.queue.position] : []))
  expect(waiting.toSorted((a, b) => a - b)).toEqual(waiting.map((_, index) => index + 1))

  const ended = await Promise.all(accepted.map(({ json }) => finish(server.url, key, json.id)))
  expect(ended.map(({ status }) => status)).toEqual(Array(18).fill('Succeeded'))
  expect((await hand(key)).status).toBe(202)
})

test('a job is asked for 30 times at once and once a second, by each key; Retry-After is enough', async () => {
  const { key, account } = await newKey(folder)
  const second = await newKey(folder, '--account', account)
  const { json } = await submit(server.url, key, icon, { name: 'a.png' })
  const ask = (by: string) => call(server.url, by, `/compress/job/${json.id}`)
  const answers = await Promise.all(Array.from({ length: 40 }, () => ask(key)))
  const refused = answers.filter(({ status }) => status === 429)
  // A second may have passed meanwhile.
  expect([9, 10]).toContain(refused.length)
  expect(refused[0]?.json.error).toBe('rate_limited')
  expect((await ask(second.key)).status).toBe(200)
  await sleep(Number(refused[0]?.headers.get('retry-after')) * 1000)
  expect((await ask(key)).status).toBe(200)
})

test('without credits nothing is accepted, and what is under way goes on', async () => {
  const { key, account } = await newKey(folder, '--credits', '2')
  const answers = await Promise.all(Array.from({ length: 6 }, () => submit(server.url, key, icon, { name: 'a.png' })))
  const accepted = answers.filter(({ status }) => status === 202)
  expect(accepted).toHaveLength(2)
  const refused = answers.find(({ status }) => status === 402)
  expect(refused?.json).toEqual({
    error: 'entitlements.insufficient_credits',
    detail: 'The job needs 1 credits and the account has 0.',
    required: 1,
    available: 0,
  })
  for (const { json } of accepted) expect((await finish(server.url, key, json.id)).status).toBe('Succeeded')
  const mine = await call(server.url, key, '/compress/entitlements/me')
  expect(mine.json).toMatchObject({ userId: account, totalCredits: 0, planCredits: 2, reservedCredits: 0, tier: 'pro' })
})

test('queued and running jobs are canceled, paid back, and make room', async () => {
  const { key } = await newKey(folder, '--credits', '18')
  const jobs = await Promise.all(Array.from({ length: 18 }, () => submit(server.url, key, icon, { name: 'a.png' })))
  const canceled = await Promise.all(
    jobs.map(({ json }) => call(server.url, key, `/compress/job/${json.id}/cancel`, { method: 'POST' })),
  )
  for (const [index, { status, headers, bytes }] of canceled.entries()) {
    const location = `/compress/job/${jobs[index]?.json.id}`
    expect([status, headers.get('location'), bytes.length]).toEqual([202, location, 0])
  }
  for (const { json } of jobs) {
    const { status, error, output } = await finish(server.url, key, json.id)
    expect([status, error, output]).toEqual(['Canceled', null, null])
    const early = await call(server.url, key, `/compress/job/${json.id}/download`)
    expect([early.status, early.json.error]).toEqual([409, 'jobs.no_output'])
  }
  const mine = await call(server.url, key, '/compress/entitlements/me')
  expect(mine.json).toMatchObject({ totalCredits: 18, reservedCredits: 0 })
  expect((await submit(server.url, key, icon, { name: 'a.png' })).status).toBe(202)
})

test('a job under way is neither downloaded nor deleted', async () => {
  const { key } = await newKey(folder)
  const { json } = await submit(server.url, key, icon, { name: 'a.png' })
  const download = await call(server.url, key, `/compress/job/${json.id}/download`)
  expect([download.status, download.json.error]).toEqual([409, 'jobs.not_ready'])
  const removal = await call(server.url, key, `/compress/job/${json.id}`, { method: 'DELETE' })
  expect([removal.status, removal.json.error]).toEqual([409, 'jobs.not_deletable'])
})
