import { expect, test } from 'vitest'
import { createId, parseId } from '../id.js'
import { fingerprint } from '../submit/idempotency.js'
import { creditsFor } from './credits.js'
import { delayOf } from './delay.js'
import { resizeFor, settingsFor } from './settings.js'

test.each([
  [0, 1],
  [1, 1],
  [5 * 2 ** 20, 1],
  [5 * 2 ** 20 + 1, 2],
  [2 ** 30, 205],
])('%d bytes cost %d credits', (bytes, credits) => {
  expect(creditsFor(bytes)).toBe(credits)
})

test('ids sort by time, are unique, and are read in both forms', () => {
  const ids = Array.from({ length: 1000 }, (_, index) => createId(1_000_000 + index))
  expect(new Set(ids).size).toBe(1000)
  expect(ids.toSorted()).toEqual(ids)
  const [id = ''] = ids
  expect(parseId(id)).toBe(id)
  expect(parseId(id.replaceAll('-', '').toUpperCase())).toBe(id)
  for (const wrong of ['', 'x', `${id}0`, id.replace('-7', '-4'), '../../etc/passwd', `${id}\n`]) {
    expect(parseId(wrong)).toBeUndefined()
  }
})

test('delays lie between the bounds and depend on the file alone', () => {
  const delay = { least: 1000, most: 3000 }
  expect(delayOf({ inputDigest: '0'.repeat(64) }, delay)).toBe(1000)
  expect(delayOf({ inputDigest: 'f'.repeat(64) }, delay)).toBe(3000)
  expect(delayOf({ inputDigest: '8'.repeat(64) }, delay)).toBe(2067)
})

test('the order of members makes no other request', () => {
  const [a, b] = [
    fingerprint({ x: 1, y: { p: [1, { q: 2, r: 3 }] } }),
    fingerprint({ y: { p: [1, { r: 3, q: 2 }] }, x: 1 }),
  ]
  expect(a).toBe(b)
  expect(fingerprint({ x: 1, y: { p: [{ q: 2, r: 3 }, 1] } })).not.toBe(a)
})

test('options become what the engine and the resizer are asked', () => {
  const server = { quality: 'high' } as const
  expect(settingsFor({}, server)).toBe(server)
  expect(settingsFor({ smartCompression: { enabled: true } }, server)).toBe(server)
  expect(settingsFor({ smartCompression: { enabled: false } }, server)).toEqual({ quality: 'lossless' })
  expect(settingsFor({ smartCompression: { mode: 'lossless' } }, server)).toEqual({ quality: 'lossless' })
  expect(resizeFor({})).toBeUndefined()
  expect(resizeFor({ resize: { preset: '4k' } })).toBeUndefined()
  expect(resizeFor({ resize: { enabled: true } })).toBeUndefined()
  expect(resizeFor({ resize: { enabled: true, preset: '1080p', value: null } })).toEqual({ longestEdge: 1920 })
  expect(resizeFor({ resize: { enabled: true, preset: 'custom', mode: 'pixels', value: 9 } })).toEqual({
    longestEdge: 9,
  })
  expect(resizeFor({ resize: { enabled: true, mode: 'percentage', value: 9 } })).toEqual({ percent: 9 })
})
