import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { keyAt, pickSeed, seeded } from '../../test/faults/workers/random.mjs'
import type { Cache, Verdict } from './cache.js'
import { createDiskCache } from './disk.js'
import { decodeKept, encodeKept } from './kept-file.js'
import { digestOf } from './key.js'
import { clearCache, verifyCache } from './maintain.js'

let dir: string
const count = 40
const keys = Array.from({ length: count }, (_, index) => keyAt(index))
const day = 24 * 3600_000

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kept-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function open({ maxSize = 100e6, now }: { maxSize?: number; now?: () => number } = {}): Cache {
  return createDiskCache({ dir, maxSize, now, warn: (message) => expect.fail(message) })
}

const reasonOf = (index: number) => (index % 2 === 0 ? 'no-gain' : 'already-compressed')
const verdictOf = (index: number): Verdict => ({ gain: false, reason: reasonOf(index) })
const bytes = Uint8Array.of(1, 2, 3)
const gain: Verdict = { gain: true, bytes, digest: digestOf(bytes), quality: 80 }
const file = () => join(dir, 'v1/kept')

/** What a cache has at hand, key by key. */
function atHand(cache: Cache = open()): (Verdict | undefined)[] {
  return keys.map((key) => cache.peek?.(key))
}

const everything = keys.map((_, index) => verdictOf(index))
const nothing = keys.map(() => undefined)

async function fill(): Promise<void> {
  const cache = open()
  await Promise.all(keys.map((key, index) => cache.set(key, verdictOf(index))))
  await cache.settle?.()
}

/** Removes all entries, so that only what is noted besides them can answer. */
function removeEntries(): void {
  for (const name of readdirSync(join(dir, 'v1'))) {
    if (name.length === 2) rmSync(join(dir, 'v1', name), { recursive: true })
  }
}

test('what many entries say is at hand for the next run, from one file', async () => {
  await fill()
  removeEntries()
  expect(atHand()).toEqual(everything)
  expect(await Promise.all(keys.map((key) => open().get(key)))).toEqual(everything)
  expect(open().peek?.(keyAt(count))).toBeUndefined()
})

test('a run that only reads entries notes them for the next', async () => {
  await fill()
  rmSync(file())
  const cache = open()
  expect(atHand(cache)).toEqual(nothing)
  for (const [index, key] of keys.entries()) expect(await cache.get(key)).toEqual(verdictOf(index))
  await cache.settle?.()
  expect(atHand()).toEqual(everything)
})

test('few entries need no such file', async () => {
  const cache = open()
  for (const key of keys.slice(0, 15)) await cache.set(key, { gain: false, reason: 'no-gain' })
  await cache.settle?.()
  expect(existsSync(file())).toBe(false)
})

const seed = pickSeed()

test(`a file that is not whole says nothing, entries do, and it is made anew (SEED=${seed})`, async () => {
  await fill()
  const random = seeded(seed)
  const good = readFileSync(file())
  for (let round = 0; round < 300; round++) {
    const at = Math.floor(random() * good.length)
    const flipped = Buffer.from(good)
    flipped[at] = (flipped[at] ?? 0) ^ (1 << Math.floor(random() * 8))
    writeFileSync(file(), [flipped, good.subarray(0, at), Buffer.concat([good, good.subarray(at)])][round % 3] ?? good)
    expect(atHand()).toEqual(nothing)
  }
  const cache = open()
  for (const [index, key] of keys.entries()) expect(await cache.get(key)).toEqual(verdictOf(index))
  await cache.settle?.()
  expect(atHand()).toEqual(everything)
})

test('a link or a folder in its place is not followed', async () => {
  await fill()
  const good = readFileSync(file())
  rmSync(file())
  writeFileSync(join(dir, 'outside'), good)
  symlinkSync(join(dir, 'outside'), file())
  expect(atHand()).toEqual(nothing)
  const cache = open()
  for (const key of keys) await cache.get(key)
  await cache.settle?.()
  expect(atHand()).toEqual(everything)
  expect(readFileSync(join(dir, 'outside')).equals(good)).toBe(true)
})

test('runs at the same time lose nothing but time', async () => {
  const runs = Array.from({ length: 8 }, () => open())
  await Promise.all(
    runs.map(async (cache, run) => {
      await Promise.all(keys.map((_, index) => cache.set(keyAt(run * count + index), verdictOf(index))))
      await cache.settle?.()
    }),
  )
  const later = open()
  const all = Array.from({ length: 8 * count }, (_, index) => index)
  for (const index of all) expect(await later.get(keyAt(index))).toEqual(verdictOf(index % count))
  await later.settle?.()
  const last = open()
  for (const index of all) expect(last.peek?.(keyAt(index)) ?? verdictOf(index)).toEqual(verdictOf(index % count))
  expect(atHand(last).filter(Boolean).length).toBeGreaterThan(0)
  expect(readdirSync(join(dir, 'v1/tmp'))).toEqual([])
})

test('what becomes smaller after all is taken out', async () => {
  await fill()
  const cache = open()
  const [key = ''] = keys
  expect(cache.peek?.(key)).toEqual(verdictOf(0))
  await cache.set(key, gain)
  expect(cache.peek?.(key)).toBeUndefined()
  expect(await cache.get(key)).toEqual(gain)
  await cache.settle?.()
  expect(await open().get(key)).toEqual(gain)
  expect(atHand()).toEqual([undefined, ...everything.slice(1)])
})

test('use is noted once a day, here and in the entries', async () => {
  await fill()
  const written = statSync(file()).ino
  const sameDay = open()
  atHand(sameDay)
  await sameDay.settle?.()
  const later = Date.now() + 3 * day
  const cache = open({ now: () => later })
  atHand(cache)
  await cache.settle?.()
  expect(statSync(file()).ino).not.toBe(written)
  const [key = ''] = keys
  expect(Math.abs(statSync(join(dir, 'v1', key.slice(0, 2), key)).mtimeMs - later)).toBeLessThan(1000)
  expect(decodeKept(readFileSync(file()))?.find(key)?.day).toBe(Math.floor(later / day))
})

test('it takes a small part of the space that there is, and the last used stay', async () => {
  const old = new Map(Array.from({ length: 100 }, (_, index) => [keyAt(1000 + index), { reason: 'no-gain', day: 1 }]))
  await fill()
  writeFileSync(file(), encodeKept(old))
  const maxSize = 64 * 35 * 50
  const cache = open({ maxSize })
  for (const key of keys) await cache.get(key)
  await cache.settle?.()
  const table = decodeKept(readFileSync(file()))
  expect(table?.all().size).toBe(50)
  expect(atHand()).toEqual(everything)
})

test('verify removes a damaged one, and clear any', async () => {
  await fill()
  expect(await verifyCache(dir)).toEqual({ entries: count, removed: 0 })
  writeFileSync(file(), 'damaged')
  expect(await verifyCache(dir)).toEqual({ entries: count, removed: 1 })
  expect(existsSync(file())).toBe(false)
  await fill()
  expect((await clearCache(dir)).entries).toBe(count)
  expect(existsSync(join(dir, 'v1'))).toBe(false)
})

test('more reasons than a byte can tell apart are left to entries', () => {
  const records = new Map(Array.from({ length: 300 }, (_, index) => [keyAt(index), { reason: `r${index}`, day: 5 }]))
  const table = decodeKept(encodeKept(records))
  expect(table?.all().size).toBe(256)
  expect(table?.find(keyAt(255))).toEqual({ reason: 'r255', day: 5 })
  expect(table?.find(keyAt(256))).toBeUndefined()
})
