import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { pickSeed, seeded } from '../../test/faults/workers/random.mjs'
import type { Verdict } from './cache.js'
import { decodeEntry, encodeEntry } from './entry.js'
import { digestOf } from './key.js'

const seed = pickSeed()
const random = seeded(seed)
const key = 'a'.repeat(64)
const otherKey = 'b'.repeat(64)
const payload = Uint8Array.from({ length: 20_000 }, () => random() * 256)
const gain: Verdict = { gain: true, bytes: payload, digest: digestOf(payload), quality: 81.25 }
const entry = encodeEntry(key, gain)
const below = (limit: number) => Math.floor(random() * limit)

function flipped(bit: number): Uint8Array {
  const bytes = Uint8Array.from(entry)
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return bytes
}

describe('an entry comes back as it went in', () => {
  test.each<Verdict>([
    gain,
    { ...gain, quality: null },
    { gain: true, bytes: new Uint8Array(), digest: digestOf(new Uint8Array()), quality: 100 },
    { gain: false, reason: 'no-gain' },
    { gain: false, reason: 'größer "als" vorher\n' },
  ])('%#', (verdict) => {
    expect(decodeEntry(encodeEntry(key, verdict), key)).toEqual({ verdict })
  })

  test('also from the middle of a larger buffer', () => {
    const larger = new Uint8Array(entry.byteLength + 200)
    larger.set(entry, 77)
    expect(decodeEntry(larger.subarray(77, 77 + entry.byteLength), key)).toEqual({ verdict: gain })
  })
})

test('the entry of the same result is the same, and one that says when it was made is read', () => {
  expect(encodeEntry(key, { ...gain, bytes: Uint8Array.from(payload) })).toEqual(entry)
  const header = JSON.parse(Buffer.from(entry).toString('utf8', 16, entry.byteLength - payload.byteLength - 32))
  const old = Buffer.from(JSON.stringify({ key, created: 1_767_225_600_000, ...header }))
  const head = Buffer.concat([entry.subarray(0, 16), old])
  head.writeUInt32BE(old.byteLength, 12)
  const digest = createHash('sha256').update(head).digest()
  expect(decodeEntry(Buffer.concat([head, digest, payload]), key)).toEqual({ verdict: gain })
})

describe(`damage is found (SEED=${seed})`, () => {
  test('every single bit of preamble, header and digest', () => {
    const payloadAt = entry.byteLength - payload.byteLength
    for (let bit = 0; bit < payloadAt * 8; bit++) {
      expect(decodeEntry(flipped(bit), key), `bit ${bit}`).toHaveProperty('fault')
    }
  })

  test('3,000 bits anywhere', () => {
    for (let round = 0; round < 3000; round++) {
      const bit = below(entry.byteLength * 8)
      expect(decodeEntry(flipped(bit), key), `bit ${bit}`).toHaveProperty('fault')
    }
  })

  test('every short start, 500 truncations and 500 extensions', () => {
    for (let length = 0; length < 300; length++) {
      expect(decodeEntry(entry.subarray(0, length), key), `first ${length}`).toHaveProperty('fault')
    }
    for (let round = 0; round < 500; round++) {
      const cut = below(entry.byteLength)
      expect(decodeEntry(entry.subarray(0, cut), key), `first ${cut}`).toHaveProperty('fault')
      const extra = new Uint8Array(1 + below(5000)).fill(below(2) * below(256))
      expect(decodeEntry(Buffer.concat([entry, extra]), key), `${extra.length} more`).toHaveProperty('fault')
    }
  })

  test('zeroed pages', () => {
    for (let start = 0; start < entry.byteLength; start += 4096) {
      const bytes = Uint8Array.from(entry).fill(0, start, start + 4096)
      expect(decodeEntry(bytes, key), `page at ${start}`).toHaveProperty('fault')
    }
    expect(decodeEntry(new Uint8Array(entry.byteLength), key)).toEqual({ fault: 'magic' })
  })

  test('the entry of another key', () => {
    expect(decodeEntry(entry, otherKey)).toEqual({ fault: 'other-key' })
  })
})

test.each([
  ['truncated', entry.subarray(0, 40)],
  ['magic', flipped(3)],
  ['version', flipped(8 * 11)],
  ['digest', flipped(8 * 5000)],
])('a fault is told by name: %s', (fault, bytes) => {
  expect(decodeEntry(bytes, key)).toEqual({ fault })
})
