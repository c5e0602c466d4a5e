import sharp from 'sharp'
import { expect, test } from 'vitest'
import { ascii, box } from '../../test/image-parts.js'
import { inspect } from '../inspect/index.js'
import { targetSize } from '../resize/target.js'
import { avif } from './avif.js'
import { resolveSettings } from './settings.js'

/** A file that says of its picture, which is number 1, that its colours are multiplied by those of its alpha, number 2. */
function premultiplied(file: Buffer): Buffer {
  const reference = box('prem', Buffer.of(0, 1, 0, 1, 0, 2))
  const at = file.indexOf('iref') - 4
  const end = at + file.readUInt32BE(at)
  const result = Buffer.concat([file.subarray(0, end), reference, file.subarray(end)])
  for (const box of [at, file.indexOf('meta') - 4]) {
    result.writeUInt32BE(file.readUInt32BE(box) + reference.length, box)
  }
  return moveItems(result, reference.length)
}

/** Adds to where the data of all items begin: an `iloc` box of version 0, where each item has a base and one extent. */
function moveItems(file: Buffer, by: number): Buffer {
  const at = file.indexOf('iloc') + 4
  const [version, sizes] = [file[at], file.readUInt16BE(at + 4)]
  expect([version, sizes]).toEqual([0, 0x4440])
  for (let item = 0; item < file.readUInt16BE(at + 6); item += 1) {
    const base = at + 8 + item * 18 + 4
    file.writeUInt32BE(file.readUInt32BE(base) + by, base)
  }
  return file
}

test('colours multiplied by alpha stay, as the decoder would take them for others', async () => {
  const data = Buffer.from(Array.from({ length: 64 * 64 * 4 }, (_, i) => (i * 7 + (i >> 6)) & 255))
  const plain = await sharp(data, { raw: { width: 64, height: 64, channels: 4 } })
    .avif({ quality: 100, effort: 0 })
    .toBuffer()
  const bytes = premultiplied(plain)
  expect(bytes.includes(ascii('auxl'))).toBe(true)
  const facts = inspect(bytes, 'avif')
  const before = inspect(plain, 'avif')
  if (facts === null || before === null) throw new Error('no AVIF')
  expect(before.model).toBe('rgb')
  expect(facts).toEqual({ ...before, model: 'other' })
  expect(await avif({ bytes, facts, settings: resolveSettings({}) })).toBe('colour-model')
  expect(targetSize(bytes, facts, { percent: 50 })).toEqual({ width: 64, height: 64 })
  expect(targetSize(plain, before, { percent: 50 })).toEqual({ width: 32, height: 32 })
})
