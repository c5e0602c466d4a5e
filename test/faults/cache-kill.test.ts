import { readdirSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDiskCache } from '../../dist/cache/disk.js'
import { isKey, layoutOf } from '../../dist/cache/layout.js'
import { sweep } from '../../dist/cache/sweep.js'
import { startWorker, type Task, total, type Worker } from './cache-storm.js'
import { isPayloadOf, pickSeed, seeded } from './workers/random.mjs'

const writers = 8
const readers = 1
const seed = pickSeed()
const random = seeded(seed)
let dir: string

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'cache-kill-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

/** Kills writers in the middle of their work and starts others, while readers look. Returns what the readers counted. */
async function storm(store: Task['store'], kills: number, maxLength: number) {
  const task = { dir, keys: 24, maxLength, store, milliseconds: 120_000 }
  const newSeed = () => Math.floor(random() * 2 ** 31)
  // They pause, since on two cores the writers need the time.
  const watching = Array.from({ length: readers }, () =>
    startWorker({ ...task, seed: newSeed(), role: 'read', pause: 2 }),
  )
  await Promise.all(watching.map(({ ready }) => ready))
  let left = kills
  const killOne = async () => {
    const writer = startWorker({ ...task, seed: newSeed(), role: 'write' })
    await writer.ready
    await sleep(5 + random() * 40)
    await kill(writer)
  }
  await Promise.all(
    Array.from({ length: writers }, async () => {
      while (left-- > 0) await killOne()
    }),
  )
  await sleep(150)
  await Promise.all(watching.map(kill))
  return total(watching)
}

async function kill({ process, ended }: Worker): Promise<void> {
  process.kill('SIGKILL')
  await ended
}

test(`400 killed writers leave no wrong byte and nothing that a sweep does not find (SEED=${seed})`, {
  timeout: 180_000,
}, async () => {
  const counts = await storm('cache', 400, 300_000)
  const layout = layoutOf(dir)
  const leftBehind = readdirSync(layout.temp).length
  console.log(
    `kill storm: ${counts.reads} reads, ${counts.hits} hits, ${counts.wrong} wrong; ${leftBehind} temporary files left`,
  )
  expect(counts.hits).toBeGreaterThan(100)
  expect(counts).toMatchObject({ wrong: 0, exceptions: 0 })
  // The kills did hit writers at work, or this test shows nothing.
  expect(leftBehind).toBeGreaterThan(0)

  const entries = readdirSync(layout.base, { recursive: true, encoding: 'utf8' })
    .map((path) => path.slice(-64))
    .filter(isKey)
  const sizes = entries.map((key) => statSync(layout.entry(key)).size)
  const warnings: string[] = []
  const cache = createDiskCache({ dir, maxSize: 1e12, warn: (message) => warnings.push(message) })
  const verdicts = await Promise.all(entries.map((key) => cache.get(key)))
  expect(verdicts.every((verdict, index) => verdict?.gain && isPayloadOf(entries[index] ?? '', verdict.bytes))).toBe(
    true,
  )
  expect(entries.length).toBeGreaterThan(20)
  expect(sizes.every((size) => size > 1000)).toBe(true)
  expect(warnings).toEqual([])

  const now = Date.now() + 61 * 60_000
  await sweep(layout, { maxSize: 1e12, now, isInUse: () => false })
  expect(readdirSync(layout.temp)).toEqual([])
})

test(`the canary: a writer in place is caught by the same readers (SEED=${seed})`, { timeout: 60_000 }, async () => {
  const counts = await storm('in-place', 40, 3_000_000)
  console.log(`canary: ${counts.wrong} of ${counts.hits} reads wrong`)
  expect(counts.wrong).toBeGreaterThan(0)
})
