import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { randomOf } from '../../../test/images.js'
import { codeLengths, codesOf } from './huffman.js'
import { deflateOptimal } from './index.js'

const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const effort = { depth: 32, rounds: 2 }

const bytesOf = (length: number, value: (i: number) => number): Buffer =>
  Buffer.from(Array.from({ length }, (_, i) => value(i)))

function rows(count: number, random: () => number): Buffer {
  const cells = Array.from({ length: count }, (_, i) => {
    return `<row r="${i + 1}"><c r="A${i + 1}" s="${Math.floor(random() * 9)}"><v>${Math.floor(random() * 99_999)}</v></c></row>`
  })
  return Buffer.from(cells.join(''))
}

function roundTrip(content: Uint8Array): Uint8Array {
  const packed = deflateOptimal(content, effort)
  const { buffer, engine } = inflateRawSync(packed, { info: true }) as unknown as {
    buffer: Buffer
    engine: { bytesWritten: number }
  }
  // Compared as wholes: matchers walk byte by byte.
  expect(Buffer.compare(buffer, content)).toBe(0)
  expect(engine.bytesWritten).toBe(packed.length)
  return packed
}

describe('zlib unpacks it', () => {
  const random = randomOf(1)
  test.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['one byte', Buffer.from('a')],
    ['two bytes', Buffer.from('aa')],
    ['the shortest match', Buffer.from('abcabc')],
    ['the longest match', Buffer.alloc(259, 'a')],
    ['zeros over several runs', Buffer.alloc(1_500_000)],
    ['noise', bytesOf(100_000, () => random() * 256)],
    ['two values', bytesOf(100_000, () => random() * 2)],
    ['a rare value', bytesOf(300_000, () => (random() < 0.01 ? 1 : 0))],
    [
      'matches at the window’s edge',
      Buffer.concat(
        [32_766, 32_767, 32_768, 32_769].map((gap) =>
          Buffer.concat([Buffer.from('needle in hay'), Buffer.alloc(gap - 13, gap)]),
        ),
      ),
    ],
    [
      'frequencies that want codes above 15 bits',
      Buffer.concat(Array.from({ length: 22 }, (_, i) => bytesOf(Math.round(1.618 ** i), () => i * 9))),
    ],
    ['text over several runs', rows(14_000, random)],
  ])('%s', (_, content) => {
    roundTrip(content)
  })

  test('whatever it is', () => {
    const chance = randomOf(seed)
    for (let round = 0; round < 300; round++) {
      const values = 1 + Math.floor(chance() * (chance() < 0.5 ? 4 : 256))
      const period = 1 + Math.floor(chance() * 400)
      const content = bytesOf(Math.floor(chance() * 3000), (i) => (chance() < 0.9 ? i % period : chance() * values))
      expect(() => roundTrip(content), `seed ${seed}, round ${round}`).not.toThrow()
    }
  })
})

test('text takes less than zlib makes it take, and the same bytes every time', () => {
  const content = rows(5000, randomOf(2))
  const packed = roundTrip(content)
  expect(packed.length).toBeLessThan(deflateRawSync(content, { level: 9, memLevel: 9 }).length * 0.97)
  expect(Buffer.compare(deflateOptimal(content, effort), packed)).toBe(0)
})

describe('Huffman codes', () => {
  const kraft = (lengths: Uint8Array) => lengths.reduce((sum, length) => (length > 0 ? sum + 2 ** -length : sum), 0)

  test.each([1, 2, 3, 19, 30, 286])('%i symbols fill the code, within the limit', (count) => {
    for (const limit of count <= 19 ? [7, 15] : [15]) {
      for (const weight of [() => 1, (i: number) => i + 1, (i: number) => Math.min(2 ** 31, Math.round(1.7 ** i))]) {
        const lengths = codeLengths(
          Uint32Array.from({ length: count + 1 }, (_, i) => (i < count ? weight(i) : 0)),
          limit,
        )
        expect(kraft(lengths)).toBe(1)
        expect(Math.max(...lengths)).toBeLessThanOrEqual(limit)
      }
    }
  })

  test('frequent symbols get short codes, and no code begins another', () => {
    const lengths = codeLengths(Uint32Array.of(50, 0, 20, 20, 10), 15)
    expect([...lengths]).toEqual([1, 0, 3, 2, 3])
    const codes = codesOf(lengths)
    const texts = [...lengths].flatMap((length, i) =>
      length > 0 ? [[...(codes[i] ?? 0).toString(2).padStart(length, '0')].reverse().join('')] : [],
    )
    for (const a of texts) for (const b of texts) expect(a !== b && b.startsWith(a)).toBe(false)
  })
})
