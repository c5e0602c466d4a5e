import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { keyAt } from '../../test/faults/workers/random.mjs'
import type { Verdict } from './cache.js'
import { createDiskCache } from './disk.js'
import { digestOf } from './key.js'
import { createLayeredCache } from './layered.js'
import { createMemoryCache } from './memory.js'

const key = keyAt(1)
const bytes = Uint8Array.of(1, 2, 3)
const verdict: Verdict = { gain: true, bytes, digest: digestOf(bytes), quality: 80 }
const made: string[] = []

async function newDisk() {
  const dir = await mkdtemp(join(tmpdir(), 'layered-'))
  made.push(dir)
  return { dir, cache: createDiskCache({ dir, maxSize: 1e6, warn: (message) => expect.fail(message) }) }
}

afterEach(async () => {
  for (const dir of made.splice(0)) await rm(dir, { recursive: true })
})

test('says which layer had it, and the layers before remember', async () => {
  const memory = createMemoryCache()
  const disk = await newDisk()
  const remote = createMemoryCache()
  await remote.set(key, verdict)
  const cache = createLayeredCache([
    { name: 'memory', cache: memory },
    { name: 'disk', cache: disk.cache },
    { name: 'remote', cache: remote },
  ])
  expect(await cache.get(key)).toEqual({ verdict, from: 'remote' })
  await cache.settle()
  expect(await memory.get(key)).toEqual(verdict)
  expect(await disk.cache.get(key)).toEqual(verdict)
  expect(await cache.get(key)).toEqual({ verdict, from: 'memory' })
})

test('a later layer is asked only when the earlier ones miss, and is not told what it said', async () => {
  const memory = createMemoryCache()
  const disk = await newDisk()
  await disk.cache.set(key, verdict)
  const cache = createLayeredCache([
    { name: 'memory', cache: memory },
    { name: 'disk', cache: disk.cache },
  ])
  expect((await cache.get(key))?.from).toBe('disk')
  await rm(disk.dir, { recursive: true })
  made.length = 0
  expect(await cache.get(key)).toEqual({ verdict, from: 'memory' })
})

test('stores in all layers', async () => {
  const memory = createMemoryCache()
  const disk = await newDisk()
  const cache = createLayeredCache([
    { name: 'memory', cache: memory },
    { name: 'disk', cache: disk.cache },
  ])
  void cache.set(key, { gain: false, reason: 'no-gain' })
  await cache.settle()
  expect(await memory.get(key)).toEqual({ gain: false, reason: 'no-gain' })
  expect(await disk.cache.get(key)).toEqual({ gain: false, reason: 'no-gain' })
  expect(await readdir(join(disk.dir, 'v1', 'tmp'))).toEqual([])
})

test('misses when nobody has it, also without layers', async () => {
  const cache = createLayeredCache([])
  await cache.set(key, verdict)
  await cache.settle()
  expect(await cache.get(key)).toBeUndefined()
  expect(await createLayeredCache([{ name: 'memory', cache: createMemoryCache() }]).get(key)).toBeUndefined()
})
