import { readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startWorker, type Task, total } from './cache-storm.js'
import { pickSeed } from './workers/random.mjs'

const seed = pickSeed()
let dir: string

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'cache-contention-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

test(`8 processes put, get and sweep one cache for 10 s (SEED=${seed})`, { timeout: 60_000 }, async () => {
  const task = {
    dir,
    seed,
    keys: 200,
    maxLength: 200_000,
    store: 'cache',
    milliseconds: 10_000,
    maxSize: 2_000_000,
  } as const
  // Half an hour ahead, so that to the sweepers no entry is too young to go.
  const sweeping = { ...task, role: 'sweep', ahead: 30 * 60_000 } as const
  const tasks: Task[] = [
    ...[1, 2, 3, 4, 5].map((index) => ({ ...task, role: 'mixed' as const, seed: seed + index })),
    { ...task, role: 'read' },
    sweeping,
    sweeping,
  ]
  const workers = tasks.map(startWorker)
  await Promise.all(workers.map(({ ended }) => ended))
  const counts = total(workers)
  console.log(`contention: ${JSON.stringify(counts)}`)
  // A put that fails is told, once per instance.
  expect(workers.flatMap(({ said }) => said.warnings)).toEqual([])
  expect(counts).toMatchObject({ wrong: 0, exceptions: 0 })
  expect(counts.hits).toBeGreaterThan(100)
  expect(counts.writes).toBeGreaterThan(100)
  expect(counts.evicted).toBeGreaterThan(10)
  expect(workers.map(({ process }) => process.exitCode)).toEqual(tasks.map(() => 0))
  expect(readdirSync(join(dir, 'v1', 'tmp'))).toEqual([])
})
