import { describe, expect, test } from 'vitest'
import { pickSeed, seeded } from '../../test/faults/workers/random.mjs'
import { cacheKey, canonicalJson, digestOf, type KeyParts } from './key.js'

const seed = pickSeed()
const random = seeded(seed)
const below = (limit: number) => Math.floor(random() * limit)

type Plain = null | boolean | number | string | undefined | Plain[] | { [name: string]: Plain }

function anyValue(depth: number): Plain {
  const kinds = [
    () => null,
    () => random() < 0.5,
    () => below(100) / 4,
    () => anyWord(),
    () => anyList(depth),
    () => anyObject(depth),
  ]
  const make = kinds[below(depth > 0 ? kinds.length : 4)] ?? anyWord
  return make()
}
const anyWord = () => String.fromCharCode(...Array.from({ length: below(4) }, () => 32 + below(300)))
const anyList = (depth: number): Plain[] => Array.from({ length: below(4) }, () => anyValue(depth - 1))
const anyObject = (depth: number): { [name: string]: Plain } =>
  Object.fromEntries(Array.from({ length: below(5) }, () => [anyWord(), anyValue(depth - 1)]))

/** The same value, its keys in another order and with absent keys spelled out. */
function disguised(value: Plain): Plain {
  if (Array.isArray(value)) return value.map(disguised)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).map(([name, member]): [string, Plain] => [name, disguised(member)])
  members.push([`absent ${below(9)}`, undefined])
  return Object.fromEntries(
    members
      .map((member) => ({ member, at: random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ member }) => member),
  )
}

const parts: KeyParts = {
  digest: digestOf(Uint8Array.of(1, 2, 3)),
  format: 'jpeg',
  settings: { quality: 80, resize: { width: 100, height: undefined }, keep: ['icc', 'exif'] },
  engine: { id: 'local', version: '1.0.0' },
}

describe('canonical JSON', () => {
  test('sorts keys, drops absent ones, keeps the order of lists', () => {
    expect(canonicalJson({ b: [2, 1], a: { d: null, c: undefined } })).toBe('{"a":{"d":null},"b":[2,1]}')
    expect(canonicalJson({ 10: 1, 9: 2 })).toBe('{"10":1,"9":2}')
  })

  test(`5,000 values: neither order nor absent keys matter, and JSON reads it back (SEED=${seed})`, () => {
    for (let round = 0; round < 5000; round++) {
      const value = anyValue(4)
      const text = canonicalJson(value)
      expect(canonicalJson(disguised(value))).toBe(text)
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
    }
  })

  test.each([
    [() => 1],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [/a/],
    [new Map()],
    [new Date(0)],
    [1n],
    [Symbol('s')],
    [undefined],
    [[undefined]],
  ])('refuses what JSON would bend: %s', (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError)
    expect(() => canonicalJson({ deep: [{ value: [value] }] })).toThrow(TypeError)
  })

  test('refuses cycles and allows the same object twice', () => {
    const shared = { a: 1 }
    expect(canonicalJson([shared, shared])).toBe('[{"a":1},{"a":1}]')
    const cycle: Record<string, unknown> = {}
    cycle['self'] = cycle
    expect(() => canonicalJson(cycle)).toThrow(TypeError)
  })
})

describe('a cache key', () => {
  test('is SHA-256 in lower-case hex, and stays the same between versions of this code', () => {
    expect(cacheKey(parts)).toMatch(/^[0-9a-f]{64}$/)
    // A change here makes every user's cache cold: raise the schema in key.ts if that is meant.
    expect(cacheKey(parts)).toMatchInlineSnapshot(`"4dc9c532f11fbbd0eaf8ba8781c6aee627715bd01e7a9df4f45ab4535d6f2846"`)
  })

  test('does not depend on order or absent keys', () => {
    const settings = { keep: ['icc', 'exif'], none: undefined, resize: { width: 100 }, quality: 80 }
    const engine = { version: '1.0.0', id: 'local', extra: 'ignored' }
    expect(cacheKey({ engine, settings, format: 'jpeg', digest: parts.digest })).toBe(cacheKey(parts))
  })

  test('differs with every part', () => {
    const variants: KeyParts[] = [
      parts,
      { ...parts, digest: digestOf(Uint8Array.of(1, 2)) },
      { ...parts, format: 'png' },
      { ...parts, settings: { ...parts.settings, quality: 81 } },
      { ...parts, settings: { ...parts.settings, keep: ['exif', 'icc'] } },
      { ...parts, settings: { ...parts.settings, more: null } },
      { ...parts, engine: { id: 'api', version: '1.0.0' } },
      { ...parts, engine: { id: 'local', version: '1.0.1' } },
    ]
    expect(new Set(variants.map(cacheKey)).size).toBe(variants.length)
  })

  test(`20,000 settings: keys are equal exactly when the settings are (SEED=${seed})`, () => {
    const spelledBy = new Map<string, string>()
    for (let round = 0; round < 20_000; round++) {
      const settings = anyObject(3)
      const key = cacheKey({ ...parts, settings })
      expect(spelledBy.get(key) ?? canonicalJson(settings)).toBe(canonicalJson(settings))
      spelledBy.set(key, canonicalJson(settings))
    }
    expect(new Set(spelledBy.values()).size).toBe(spelledBy.size)
  })
})

test('a digest is that of the bytes in view', () => {
  expect(digestOf(Buffer.from('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  expect(digestOf(new Uint8Array(Buffer.from('xabcx')).subarray(1, 4))).toBe(digestOf(Buffer.from('abc')))
})
