import { expect, test } from 'vitest'
import { keyAt } from '../../test/faults/workers/random.mjs'
import type { Verdict } from './cache.js'
import { createMemoryCache } from './memory.js'

const verdictOf = (length: number): Verdict => ({
  gain: true,
  bytes: new Uint8Array(length).fill(length),
  digest: `${length}`,
  quality: null,
})
// What an entry costs beside its bytes.
const overhead = 256

test('gives back what was stored, and nothing else', async () => {
  const cache = createMemoryCache()
  expect(await cache.get(keyAt(1))).toBeUndefined()
  await cache.set(keyAt(1), verdictOf(5))
  await cache.set(keyAt(2), { gain: false, reason: 'no-gain' })
  expect(await cache.get(keyAt(1))).toEqual(verdictOf(5))
  expect(await cache.get(keyAt(2))).toEqual({ gain: false, reason: 'no-gain' })
  expect(await cache.get(keyAt(3))).toBeUndefined()
})

test('drops what was not used for longest', async () => {
  const cache = createMemoryCache({ maxSize: 3 * (1000 + overhead) })
  for (const index of [1, 2, 3]) await cache.set(keyAt(index), verdictOf(1000))
  await cache.get(keyAt(1))
  await cache.set(keyAt(4), verdictOf(1000))
  const kept = await Promise.all([1, 2, 3, 4].map(async (index) => (await cache.get(keyAt(index))) !== undefined))
  expect(kept).toEqual([true, false, true, true])
})

test('counts a replaced verdict once', async () => {
  const cache = createMemoryCache({ maxSize: 2 * (1000 + overhead) })
  await cache.set(keyAt(1), verdictOf(1000))
  for (let round = 0; round < 10; round++) await cache.set(keyAt(2), verdictOf(1000))
  expect(await cache.get(keyAt(1))).toEqual(verdictOf(1000))
})

test('something larger than the limit is not kept and pushes nothing out', async () => {
  const cache = createMemoryCache({ maxSize: 2000 })
  await cache.set(keyAt(1), verdictOf(1000))
  await cache.set(keyAt(2), verdictOf(2001))
  expect(await cache.get(keyAt(1))).toEqual(verdictOf(1000))
  expect(await cache.get(keyAt(2))).toBeUndefined()
})

test('"no gain" is bounded too', async () => {
  const cache = createMemoryCache({ maxSize: 10 * overhead })
  for (let index = 0; index < 11; index++) await cache.set(keyAt(index), { gain: false, reason: 'no-gain' })
  expect(await cache.get(keyAt(0))).toBeUndefined()
  expect(await cache.get(keyAt(1))).toBeDefined()
})

test('a wrong key is a bug of the caller', () => {
  const cache = createMemoryCache()
  for (const key of ['', '../etc', keyAt(1).toUpperCase(), `${keyAt(1)}\n`]) {
    expect(() => cache.get(key)).toThrow(TypeError)
    expect(() => cache.set(key, verdictOf(1))).toThrow(TypeError)
  }
})
