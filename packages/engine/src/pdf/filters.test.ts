import { deflateRawSync, deflateSync, inflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { decodeAscii85, decodeHex, decodeRunLength } from './ascii.js'
import { deflateBest } from './deflate.js'
import { dropFirstByte } from './drop-first-byte.js'
import { decodeStream } from './filters.js'
import { decodeLzw } from './lzw.js'
import { unpredict } from './predictor.js'
import { Name, Stream, type Value } from './values.js'

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1')

test('the examples of the standard', () => {
  const lzw = Uint8Array.of(0x80, 0x0b, 0x60, 0x50, 0x22, 0x0c, 0x0c, 0x85, 0x01)
  expect(decodeLzw(lzw, 1, 100)).toEqual(Buffer.from([45, 45, 45, 45, 45, 65, 45, 45, 45, 66]))
  expect(decodeLzw(lzw, 1, 9)).toBeNull()
  expect(decodeHex(bytes('90 1F A>'))).toEqual(Uint8Array.of(0x90, 0x1f, 0xa0))
  expect(decodeHex(bytes('901FX>'))).toBeNull()
  expect(decodeAscii85(bytes('87cURD]i,"Ebo80~>'), 1000)).toEqual(Uint8Array.from(bytes('Hello World!')))
  expect(decodeAscii85(bytes('z~>'), 1000)).toEqual(new Uint8Array(4))
  expect(decodeRunLength(Uint8Array.of(1, 7, 8, 254, 9, 128), 100)).toEqual(Buffer.from([7, 8, 9, 9, 9]))
})

test('row predictors', () => {
  const rows = { colors: 1, bits: 8, columns: 3 }
  const png = Uint8Array.of(1, 1, 1, 1, 2, 1, 1, 1, 3, 1, 1, 1, 4, 1, 1, 1)
  expect(unpredict(png, { ...rows, predictor: 15 })).toEqual(Uint8Array.of(1, 2, 3, 2, 3, 4, 2, 3, 4, 3, 4, 5))
  expect(unpredict(Uint8Array.of(1, 1, 1, 5, 1, 1), { ...rows, predictor: 2 })).toEqual(Uint8Array.of(1, 2, 3, 5, 6, 7))
  expect(unpredict(Uint8Array.of(9, 1, 1, 1), { ...rows, predictor: 15 })).toBeNull()
})

test('filters one after another, within a bound', () => {
  const data = Buffer.alloc(5000, 'abc')
  const raw = bytes(`${deflateSync(data).toString('hex')}>`)
  const filters: Value = [new Name('ASCIIHexDecode'), new Name('Fl')]
  const stream = new Stream(new Map([['Filter', filters]]), raw)
  const resolve = (value: Value | undefined): Value => value ?? null
  expect(decodeStream(stream, resolve, 5000)?.data).toEqual(data)
  expect(decodeStream(stream, resolve, 4999)).toBeNull()
})

test('the first byte is dropped from every kind of block', () => {
  let dropped = 0
  for (let seed = 1; seed < 60; seed++) {
    const data = Buffer.from(
      Array.from({ length: seed * 700 }, (_, i) => ((i * i * seed) >> (seed % 7)) & (seed % 5 ? 63 : 255)),
    )
    for (const options of [{ level: 0 }, { level: 1 }, { level: 9 }, { strategy: 4 }]) {
      const less = dropFirstByte(deflateRawSync(Buffer.concat([Buffer.of(200), data]), options))
      if (less === null) continue
      dropped++
      expect(Buffer.compare(inflateRawSync(less), data)).toBe(0)
    }
  }
  expect(dropped).toBeGreaterThan(150)
})

test('text becomes smaller than zlib makes it', async () => {
  const text = bytes(Array.from({ length: 3000 }, (_, i) => `${(i * 7919) % 613} ${(i * 31) % 97} l`).join('\n'))
  const best = await deflateBest(text, 'balanced')
  expect(best.length).toBeLessThan(deflateSync(text, { level: 9, memLevel: 9 }).length)
  expect((await deflateBest(text, 'fast')).length).toBeGreaterThan(best.length)
})
