import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { keyAt, pickSeed, seeded } from '../../test/faults/workers/random.mjs'
import { chooseEvictions, spaceOf } from './evict.js'
import { type Layout, layoutOf } from './layout.js'
import { isSweepDue, sweep } from './sweep.js'

const minute = 60_000
const hour = 60 * minute
const year = 365 * 24 * hour
const now = Date.now()
const rules = { maxSize: Number.POSITIVE_INFINITY, now, isInUse: () => false }

describe('the choice of what goes', () => {
  const entry = (index: number, usedAt: number, size = 4096) => ({ key: keyAt(index), size, usedAt })

  test('is nothing below the limit', () => {
    const entries = [entry(1, now - year), entry(2, now + year)]
    expect(chooseEvictions(entries, { ...rules, maxSize: 8192 })).toEqual([])
  })

  test('is the longest unused, down to nine tenths', () => {
    const entries = Array.from({ length: 20 }, (_, index) => entry(index, now - hour - index * minute))
    const evicted = chooseEvictions(entries, { ...rules, maxSize: 10 * 4096 })
    expect(evicted).toEqual(entries.slice(9).reverse())
  })

  test('spares what is young or in use, even over the limit', () => {
    const entries = [
      entry(1, now - 9 * minute),
      entry(2, now - 11 * minute),
      entry(3, now - year),
      entry(4, now + 9 * minute),
    ]
    const isInUse = (key: string) => key === keyAt(3)
    expect(chooseEvictions(entries, { maxSize: 1, now, isInUse })).toEqual([entries[1]])
  })

  test('takes entries from the future last, but takes them', () => {
    const entries = [entry(1, now + 10 * year), entry(2, now - 10 * year), entry(3, now - hour), entry(4, now + year)]
    const order = chooseEvictions(entries, { ...rules, maxSize: 0 }).map(({ key }) => key)
    expect(order).toEqual([2, 3, 4, 1].map(keyAt))
  })

  test('counts whole blocks', () => {
    expect([0, 1, 4096, 4097].map(spaceOf)).toEqual([0, 4096, 4096, 8192])
    const small = Array.from({ length: 10 }, (_, index) => entry(index, now - hour - index, 300))
    expect(chooseEvictions(small, { ...rules, maxSize: 5 * 4096 })).toHaveLength(6)
  })

  const seed = pickSeed()
  test(`of 500 random folders keeps the limit and all that is protected (SEED=${seed})`, () => {
    const random = seeded(seed)
    for (let round = 0; round < 500; round++) {
      const entries = Array.from({ length: Math.floor(random() * 60) }, (_, index) =>
        entry(index, now + (random() - 0.7) * 10 ** (4 + random() * 7.5), Math.floor(random() * 50_000)),
      )
      const isInUse = (key: string) => Number.parseInt(key[0] ?? '0', 16) < 3
      const maxSize = random() * 1e6
      const gone = new Set(chooseEvictions(entries, { maxSize, now, isInUse }))
      const isProtected = ({ key, usedAt }: (typeof entries)[number]) =>
        isInUse(key) || Math.abs(now - usedAt) < 10 * minute
      expect([...gone].some(isProtected)).toBe(false)
      const kept = entries.filter((each) => !gone.has(each))
      const space = kept.reduce((sum, { size }) => sum + spaceOf(size), 0)
      expect(space <= maxSize || kept.every(isProtected)).toBe(true)
    }
  })
})

describe('a sweep', () => {
  let layout: Layout

  beforeEach(async () => {
    layout = layoutOf(await mkdtemp(join(tmpdir(), 'sweep-')))
    mkdirSync(layout.temp, { recursive: true })
  })
  afterEach(() => rm(layout.dir, { recursive: true, force: true }))

  function put(path: string, time: number, size = 4096): string {
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, Buffer.alloc(size))
    utimesSync(path, time / 1000, time / 1000)
    return path
  }
  const putEntry = (index: number, time: number) => put(layout.entry(keyAt(index)), time)

  test('removes temporary files of more than an hour, past or future, and no younger ones', async () => {
    const ages = [0, 59 * minute, 61 * minute, 10 * year, -59 * minute, -61 * minute, -10 * year]
    const paths = ages.map((age, index) => put(join(layout.temp, `temp-${index}`), now - age, 10))
    expect(await sweep(layout, rules)).toEqual({ entries: 0, evicted: 0, staleTemps: 4 })
    expect(paths.map((path) => existsSync(path))).toEqual([true, true, false, false, true, false, false])
  })

  test('under the limit evicts nothing, whatever the clock says', async () => {
    const times = [now - 10 * year, now - 24 * hour, now, now + 24 * hour, now + 10 * year]
    for (const [index, time] of times.entries()) putEntry(index, time)
    for (const jump of [-10 * year, -24 * hour, 0, 24 * hour, 10 * year]) {
      const report = await sweep(layout, { ...rules, maxSize: 5 * 4096, now: now + jump })
      expect(report).toEqual({ entries: 5, evicted: 0, staleTemps: 0 })
    }
  })

  test('makes entries from the future age again', async () => {
    const path = putEntry(1, now + 10 * year)
    await sweep(layout, rules)
    expect(Math.abs(statSync(path).mtimeMs - (now - 10 * minute))).toBeLessThan(1000)
    putEntry(2, now - 5 * minute)
    const later = { ...rules, maxSize: 4096, now: now + 20 * minute }
    expect(await sweep(layout, later)).toMatchObject({ evicted: 2 })
  })

  test('evicts the longest unused and touches nothing that is not its own', async () => {
    for (let index = 0; index < 40; index++) putEntry(index, now - hour - index * minute)
    const outside = put(join(layout.dir, 'outside', 'ff', keyAt(1000)), now - year)
    const strangers = [
      put(join(layout.base, 'README'), now - year),
      put(join(layout.base, 'ab', 'notes.txt'), now - year),
      put(join(layout.base, 'zz', keyAt(1001)), now - year),
      outside,
    ]
    const free = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0')).find(
      (shard) => !existsSync(join(layout.base, shard)),
    )
    symlinkSync(join(outside, '..'), join(layout.base, free ?? ''))
    expect(await sweep(layout, { ...rules, maxSize: 20 * 4096 })).toEqual({ entries: 40, evicted: 22, staleTemps: 0 })
    const kept = Array.from({ length: 40 }, (_, index) => existsSync(layout.entry(keyAt(index))))
    expect(kept).toEqual(Array.from({ length: 40 }, (_, index) => index < 18))
    expect(strangers.every((path) => existsSync(path))).toBe(true)
  })

  test('leaves the work to whoever is at it, unless that one has died', async () => {
    putEntry(1, now - year)
    for (const [age, isFree] of [
      [0, false],
      [9 * minute, false],
      [-9 * minute, false],
      [11 * minute, true],
    ] as const) {
      put(layout.lock, now - age, 0)
      const report = await sweep(layout, rules)
      expect(report !== undefined, `lock of ${age} ms`).toBe(isFree)
      expect(existsSync(layout.lock)).toBe(!isFree)
    }
  })

  test('beside three others does no harm', async () => {
    for (let index = 0; index < 300; index++) putEntry(index, now - hour - index * minute)
    const limited = { ...rules, maxSize: 100 * 4096 }
    const removeLock = () => rm(layout.lock, { force: true })
    const reports = await Promise.all(
      [0, 1, 2, 3].map(async () => {
        await removeLock()
        return sweep(layout, limited)
      }),
    )
    expect(reports.some((report) => report !== undefined)).toBe(true)
    const left = readdirSync(layout.base, { recursive: true }).filter((path) => path.length > 64)
    expect(left).toHaveLength(90)
  })

  test('is due after an hour or after much was stored, and never when nothing was', async () => {
    const limited = { maxSize: 1000, now }
    expect(await isSweepDue(layout, 0, limited)).toBe(false)
    expect(await isSweepDue(layout, 1, limited)).toBe(true)
    await sweep(layout, rules)
    expect(await isSweepDue(layout, 1, limited)).toBe(false)
    expect(await isSweepDue(layout, 99, limited)).toBe(false)
    expect(await isSweepDue(layout, 100, limited)).toBe(true)
    for (const jump of [61 * minute, -61 * minute]) {
      expect(await isSweepDue(layout, 1, { ...limited, now: now + jump })).toBe(true)
    }
  })
})
