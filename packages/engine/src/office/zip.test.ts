import { expect, test } from 'vitest'
import { randomOf } from '../../test/images.js'
import { extraField, type Part, zip } from '../../test/office-parts.js'
import { pack } from './zip-deflate.js'
import { keptExtra, readExtra } from './zip-extra.js'
import { unpack } from './zip-inflate.js'
import { readZip } from './zip-read.js'
import { writeZip } from './zip-write.js'

const parts: Part[] = [
  { name: 'b', content: 'second '.repeat(50) },
  { name: 'a/', content: '', stored: true },
  { name: 'a/ä', content: 'first', flags: 0x800, comment: 'c' },
]

test('what is read and written again is the same to the last byte', () => {
  for (const order of [
    [0, 1, 2],
    [2, 0, 1],
  ]) {
    const { entries, comment } = readZip(zip(parts, { comment: 'note', order }))
    const written = writeZip(
      entries.map((from) => ({ from, method: from.method, data: from.data, crc: from.crc, size: from.size })),
      comment,
      false,
    )
    const again = readZip(written)
    expect(again.entries.map((entry) => [entry.name, Buffer.from(unpack(entry)).toString()])).toEqual(
      parts.map(({ name, content }) => [name, content]),
    )
    expect(
      order.map((i) => again.entries[i]?.offset ?? 0).every((at, i, all) => i === 0 || at > (all[i - 1] ?? 0)),
    ).toBe(true)
    const twice = writeZip(
      again.entries.map((from) => ({ from, method: from.method, data: from.data, crc: from.crc, size: from.size })),
      again.comment,
      false,
    )
    expect(Buffer.compare(twice, written)).toBe(0)
  }
})

test('packing never takes more than storing, and unpacks to the same', () => {
  const random = randomOf(9)
  const noise = Buffer.from(Array.from({ length: 5000 }, () => random() * 256))
  for (const effort of ['fast', 'balanced', 'max'] as const) {
    expect(pack(noise, effort)).toEqual({ method: 0, data: noise })
    expect(pack(Buffer.alloc(0), effort).method).toBe(0)
    const text = Buffer.from('<c r="A1"><v>12</v></c>'.repeat(400))
    const { method, data } = pack(text, effort)
    expect([method, data.length < 200]).toEqual([8, true])
    const source = readZip(zip([{ name: 'x', content: text }]))
    const [entry] = source.entries
    if (entry === undefined) throw new Error('no entry')
    expect(Buffer.compare(unpack({ ...entry, data, packedSize: data.length }), text)).toBe(0)
  }
})

test('extra fields are read as far as they are whole', () => {
  const fields = Buffer.concat([extraField(0x5455, Buffer.from('time')), extraField(0x7075, Buffer.from('name'))])
  expect(readExtra(fields).map(({ id }) => id)).toEqual([0x5455, 0x7075])
  expect(readExtra(fields.subarray(0, -1)).map(({ id }) => id)).toEqual([0x5455])
  expect(readExtra(Buffer.from([1, 2, 3]))).toEqual([])
  expect(Buffer.from(keptExtra(fields, false)).equals(extraField(0x7075, Buffer.from('name')))).toBe(true)
  expect(Buffer.from(keptExtra(fields, true)).equals(fields)).toBe(true)
})
