import { existsSync, readFileSync } from 'node:fs'
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isPayloadOf, keyAt, payloadFor, pickSeed, seeded } from '../../test/faults/workers/random.mjs'
import type { Cache, Verdict } from './cache.js'
import { createDiskCache } from './disk.js'
import { digestOf } from './key.js'

let root: string
let dir: string
let warnings: { message: string; hint: string }[]

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'disk-cache-'))
  dir = join(root, 'cache')
  warnings = []
})
afterEach(() => rm(root, { recursive: true, force: true }))

const open = (maxSize = 100e6, now?: () => number): Cache =>
  createDiskCache({ dir, maxSize, now, warn: (message, hint) => warnings.push({ message, hint }) })
const pathOf = (key: string) => join(dir, 'v1', key.slice(0, 2), key)
const verdictOf = (key: string, length: number): Verdict => ({
  gain: true,
  bytes: payloadFor(key, length),
  digest: digestOf(payloadFor(key, length)),
  quality: 80,
})
const key = keyAt(0)
const noGain: Verdict = { gain: false, reason: 'no-gain' }

describe('keeps results', () => {
  test('between instances, of every size', async () => {
    const lengths = [4, 100, 65_536, 3_000_000]
    const cache = open()
    for (const [index, length] of lengths.entries()) void cache.set(keyAt(index), verdictOf(keyAt(index), length))
    void cache.set(keyAt(9), noGain)
    await cache.settle?.()
    const later = open()
    for (const [index, length] of lengths.entries()) {
      const verdict = await later.get(keyAt(index))
      expect(verdict?.gain && isPayloadOf(keyAt(index), verdict.bytes) && verdict.bytes.byteLength).toBe(length)
    }
    expect(await later.get(keyAt(9))).toEqual(noGain)
    expect(await later.get(keyAt(8))).toBeUndefined()
    expect(warnings).toEqual([])
  })

  test('in the documented layout, marked as a cache, with nothing left in the folder for temporary files', async () => {
    await open().set(key, noGain)
    expect((await readdir(join(dir, 'v1'))).sort()).toEqual([key.slice(0, 2), 'CACHEDIR.TAG', 'tmp'].sort())
    expect(await readdir(join(dir, 'v1', 'tmp'))).toEqual([])
    expect(await readFile(join(dir, 'v1', 'CACHEDIR.TAG'), 'latin1')).toMatch(
      /^Signature: 8a477f597d28d172789f06886806bc55\n/,
    )
  })

  test('the last verdict under a key', async () => {
    const cache = open()
    await cache.set(key, verdictOf(key, 1000))
    await cache.set(key, noGain)
    expect(await open().get(key)).toEqual(noGain)
  })

  test('but makes no folder to find nothing', async () => {
    const cache = open()
    expect(await cache.get(key)).toBeUndefined()
    await cache.settle?.()
    expect(existsSync(dir)).toBe(false)
  })

  test('but not what is larger than the whole cache may be', async () => {
    const cache = open(10_000)
    await cache.set(key, verdictOf(key, 10_000))
    expect(await cache.get(key)).toBeUndefined()
  })

  test('under keys only; anything else is a bug of the caller', () => {
    for (const wrong of ['', '..', `../${key}`, key.toUpperCase(), key.slice(1), `${key}0`]) {
      expect(() => open().get(wrong)).toThrow(TypeError)
      expect(() => open().set(wrong, noGain)).toThrow(TypeError)
    }
  })
})

describe('never trusts what it reads', () => {
  const seed = pickSeed()
  const random = seeded(seed)

  async function expectHealed(): Promise<void> {
    const cache = open()
    expect(await cache.get(key)).toBeUndefined()
    expect(existsSync(pathOf(key))).toBe(false)
    await cache.set(key, verdictOf(key, 9000))
    const healed = await open().get(key)
    expect(healed?.gain && isPayloadOf(key, healed.bytes)).toBe(true)
  }

  test(`300 damaged files: a miss, removed, and healed by the next result (SEED=${seed})`, async () => {
    await open().set(key, verdictOf(key, 9000))
    const good = readFileSync(pathOf(key))
    for (let round = 0; round < 300; round++) {
      const at = Math.floor(random() * good.length)
      const bytes = Buffer.from(good)
      bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8))
      const damaged = [bytes, good.subarray(0, at), Buffer.concat([good, bytes.subarray(at)])][round % 3] ?? bytes
      await writeFile(pathOf(key), damaged)
      await expectHealed()
    }
    expect(warnings).toEqual([])
  })

  test('two entries swapped', async () => {
    const other = keyAt(1)
    const cache = open()
    for (const each of [key, other]) await cache.set(each, verdictOf(each, 9000))
    await rename(pathOf(key), join(root, 'aside'))
    await rename(pathOf(other), pathOf(key))
    await rename(join(root, 'aside'), pathOf(other))
    expect(await open().get(other)).toBeUndefined()
    await expectHealed()
  })

  test('an entry that is a link is removed, and what it leads to stays', async () => {
    await open().set(key, verdictOf(key, 9000))
    await rename(pathOf(key), join(root, 'outside'))
    await symlink(join(root, 'outside'), pathOf(key))
    await expectHealed()
    expect(existsSync(join(root, 'outside'))).toBe(true)
  })

  test('a link is replaced by an entry, and what it leads to is not written to', async () => {
    await writeFile(join(root, 'outside'), 'precious')
    await mkdir(join(dir, 'v1', key.slice(0, 2)), { recursive: true })
    await symlink(join(root, 'outside'), pathOf(key))
    await open().set(key, noGain)
    expect(await open().get(key)).toEqual(noGain)
    expect(await readFile(join(root, 'outside'), 'latin1')).toBe('precious')
  })

  test('a folder that is a link is not followed, and told once', async () => {
    const outside = join(root, 'outside')
    await mkdir(outside)
    await mkdir(join(dir, 'v1'), { recursive: true })
    await writeFile(join(outside, key), 'precious')
    await symlink(outside, join(dir, 'v1', key.slice(0, 2)))
    const cache = open()
    expect(await cache.get(key)).toBeUndefined()
    await cache.set(key, noGain)
    await cache.settle?.()
    expect(await readFile(join(outside, key), 'latin1')).toBe('precious')
    expect(await readdir(outside)).toEqual([key])
    expect(warnings).toHaveLength(1)
    expect(warnings[0]?.message).toContain('symbolic link')
  })

  test('a folder in the place of an entry costs that entry alone', async () => {
    await mkdir(join(pathOf(key), 'x'), { recursive: true })
    const cache = open()
    expect(await cache.get(key)).toBeUndefined()
    await cache.set(key, noGain)
    await cache.set(keyAt(1), noGain)
    expect(await cache.get(key)).toBeUndefined()
    expect(await cache.get(keyAt(1))).toEqual(noGain)
    expect(warnings).toEqual([])
  })
})

describe('trouble', () => {
  test('a file where the folder belongs is told once', async () => {
    await writeFile(dir, 'a file')
    const cache = open()
    for (let index = 0; index < 20; index++) {
      expect(await cache.get(keyAt(index))).toBeUndefined()
      await cache.set(keyAt(index), noGain)
    }
    await cache.settle?.()
    expect(warnings).toHaveLength(1)
    expect(warnings[0]?.message).toContain(dir)
    expect(warnings[0]?.message).toContain('a file stands where a folder belongs')
    expect(warnings[0]?.hint).toContain('COMPRESS_FAST_CACHE_DIR')
    expect(await readFile(dir, 'latin1')).toBe('a file')
  })

  test('a folder removed while in use is made anew', async () => {
    const cache = open()
    await cache.set(key, noGain)
    expect(await cache.get(key)).toEqual(noGain)
    await rm(dir, { recursive: true })
    expect(await cache.get(key)).toBeUndefined()
    await cache.set(key, noGain)
    expect(await cache.get(key)).toEqual(noGain)
    await rm(dir, { recursive: true })
    await cache.settle?.()
    expect(warnings).toEqual([])
  })

  test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
    'a folder without write permission',
    async () => {
      await open().set(key, noGain)
      await chmod(join(dir, 'v1', 'tmp'), 0o500)
      const cache = open()
      await cache.set(keyAt(1), noGain)
      await cache.set(keyAt(2), noGain)
      expect(await cache.get(key)).toEqual(noGain)
      expect(warnings).toHaveLength(1)
    },
  )
})

describe('remembers use', () => {
  const hour = 3600_000
  const useOf = async () => (await stat(pathOf(key))).mtimeMs
  const now = Date.now()

  test.each([
    ['within a day is not noted again', now - 23 * hour, now - 23 * hour],
    ['after a day is noted', now - 25 * hour, now],
    ['after a clock far ahead is noted', now + 10 * 365 * 24 * hour, now],
  ])('%s', async (_, before, after) => {
    const cache = open(100e6, () => now)
    await cache.set(key, noGain)
    await utimes(pathOf(key), before / 1000, before / 1000)
    await cache.get(key)
    await cache.settle?.()
    expect(Math.abs((await useOf()) - after)).toBeLessThan(1000)
  })
})

describe('settle', () => {
  const hour = 3600_000
  const lengths = async () =>
    (await readdir(join(dir, 'v1'), { recursive: true })).filter((path) => path.length > 64).length

  async function fill(count: number, age: number): Promise<void> {
    const cache = open()
    for (let index = 0; index < count; index++) void cache.set(keyAt(index), verdictOf(keyAt(index), 7800))
    await Promise.all(
      Array.from({ length: count }, (_, index) => cache.set(keyAt(index), verdictOf(keyAt(index), 7800))),
    )
    const time = (Date.now() - age) / 1000
    for (let index = 0; index < count; index++) await utimes(pathOf(keyAt(index)), time, time)
  }

  test('brings the folder under its limit, but keeps what this run used', async () => {
    await fill(50, 5 * hour)
    const cache = open(20 * 8192)
    await cache.get(keyAt(7))
    await cache.set(keyAt(100), verdictOf(keyAt(100), 7800))
    expect(await lengths()).toBe(51)
    await cache.settle?.()
    expect(await lengths()).toBe(18)
    expect(await cache.get(keyAt(7))).toBeDefined()
    expect(await cache.get(keyAt(100))).toBeDefined()
    expect(warnings).toEqual([])
  })

  test('does nothing after a run that stored nothing', async () => {
    await fill(50, 5 * hour)
    const cache = open(20 * 8192)
    await cache.get(keyAt(7))
    await cache.settle?.()
    expect(await lengths()).toBe(50)
  })

  test('sweeps once an hour, unless the run stored much', async () => {
    let now = Date.now()
    const cache = open(60 * 8192, () => now)
    const sweptAt = async () => Math.round((await stat(join(dir, 'v1', 'swept'))).mtimeMs)
    const storeAndSettle = async (first: number, count: number) => {
      for (let index = first; index < first + count; index++)
        await cache.set(keyAt(index), verdictOf(keyAt(index), 7800))
      await cache.settle?.()
    }
    await storeAndSettle(0, 1)
    const first = await sweptAt()
    now += 0.5 * hour
    await storeAndSettle(1, 1)
    expect(await sweptAt()).toBe(first)
    await storeAndSettle(2, 10)
    expect(await sweptAt()).toBe(now)
    now += 1.5 * hour
    await storeAndSettle(20, 1)
    expect(await sweptAt()).toBe(now)
  })
})
