import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pickSeed, seeded } from '../../../test/faults/workers/random.mjs'
import { type JobStore, openDiskBlobs, openLibsqlStore } from '../dist/index.js'
import { type Answer, submit } from './client.js'
import { fixture, type MadeKey, newFolder, newKey, removeFolder, type ServerProcess, startServer } from './harness.js'

/** `COMPRESS_FAST_FULL=1` kills and submits as often as the promise is made for. */
const [kills, jobs] = process.env['COMPRESS_FAST_FULL'] ? [50, 2000] : [5, 100]
const seed = pickSeed()
const random = seeded(seed)

let folder: string
let server: ServerProcess | undefined
let accounts: MadeKey[]
let picture: Buffer

beforeAll(async () => {
  folder = await newFolder()
  picture = await fixture('tiny.png')
  accounts = []
  for (let index = 0; index < 3; index += 1) accounts.push(await newKey(folder, '--credits', '5000'))
})
afterAll(() => removeFolder(folder))

/** A job that the server said it had accepted. */
interface Accepted {
  readonly id: string
  readonly account: MadeKey
  /** Whether it was handed in under a key of its own, so that a lost answer makes no second job. */
  readonly keyed: boolean
}

/** Hands one job in, again and again until an answer comes. */
async function handIn(number: number): Promise<Accepted> {
  const account = accounts[number % accounts.length] as MadeKey
  const keyed = number % 4 !== 0
  for (;;) {
    const options = keyed ? { name: 'a.png', idempotencyKey: `job-${number}` } : { name: 'a.png' }
    const answer: Answer | undefined = await submit(server?.url ?? '', account.key, picture, options).catch(
      () => undefined,
    )
    if (answer?.status === 202) return { id: answer.json.id, account, keyed }
    if (answer && answer.status !== 429) throw new Error(`a submit was answered ${answer.status}`)
    await sleep(answer ? 200 + random() * 300 : 20)
  }
}

/** What a store says that cannot be, after all work is done. */
async function audit(store: JobStore, accepted: readonly Accepted[]): Promise<string[]> {
  const problems: string[] = []
  for (const { id } of accepted) {
    const job = await store.job(id)
    if (job?.status !== 'Succeeded')
      problems.push(`${id} was accepted and is ${job?.failure?.code ?? job?.status ?? 'lost'}`)
  }
  const { Queued, Running, Succeeded, ...rest } = await store.counts()
  if (Queued + Running > 0) problems.push(`${Queued + Running} jobs are not over`)
  if (rest.Failed + rest.Canceled > 0) problems.push(`${rest.Failed + rest.Canceled} jobs failed`)
  let charged = 0
  for (const { account } of accounts) {
    const entries = await store.ledger(account)
    const known = await store.account(account)
    const charges = entries.filter(({ kind }) => kind === 'charge').length
    const sum = entries.reduce((total, { available }) => total + available, 0)
    if (known?.reserved !== 0) problems.push(`${account} holds ${known?.reserved}`)
    if (known?.available !== sum || sum !== 5000 - charges)
      problems.push(`${account} has ${known?.available}, not ${sum}`)
    charged += charges
  }
  if (charged !== Succeeded) problems.push(`${charged} jobs were charged and ${Succeeded} done`)
  const unkeyed = accepted.filter(({ keyed }) => !keyed).length
  // Without a key a lost answer may have made one more; with one it may not.
  if (Succeeded < accepted.length || Succeeded > accepted.length + Math.min(unkeyed, kills * 18)) {
    problems.push(`${accepted.length} jobs were accepted and ${Succeeded} are there`)
  }
  return problems
}

test(`${kills} kills during ${jobs} jobs lose none and charge each once (SEED=${seed})`, {
  timeout: 1_800_000,
}, async () => {
  server = await startServer(folder)
  let killing = true
  const killer = (async () => {
    for (let count = 0; count < kills; count += 1) {
      await sleep(100 + random() * 1500)
      await server?.kill()
      server = await startServer(folder)
    }
    killing = false
  })()
  const accepted: Accepted[] = []
  let next = 0
  const clients = Array.from({ length: 12 }, async () => {
    while (next < jobs) accepted.push(await handIn(next++))
  })
  await Promise.all([killer, ...clients])
  expect([killing, accepted.length]).toEqual([false, jobs])
  expect(new Set(accepted.map(({ id }) => id)).size).toBe(jobs)

  const store = openLibsqlStore(folder)
  await expect
    .poll(async () => ((counts) => counts.Queued + counts.Running)(await store.counts()), {
      timeout: 600_000,
      interval: 200,
    })
    .toBe(0)
  expect(await server?.stop()).toBe(0)
  expect(await audit(store, accepted)).toEqual([])

  // Every result is there, and nothing else.
  const blobs = await openDiskBlobs(folder)
  const names: string[] = []
  for await (const name of blobs.list()) names.push(name)
  const { Succeeded } = await store.counts()
  expect([names.length, names.filter((name) => name.startsWith('output/')).length]).toEqual([Succeeded, Succeeded])

  // And the audit would have told: of a job that is gone, and of one that nobody was charged for.
  await store.remove(accepted[0]?.id ?? '')
  const problems = await audit(store, accepted)
  expect(problems[0]).toBe(`${accepted[0]?.id} was accepted and is lost`)
  expect(problems).toContainEqual(expect.stringContaining('jobs were charged'))
  await store.close()
})
