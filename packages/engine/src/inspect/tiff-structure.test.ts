import { expect, test } from 'vitest'
import { entriesOf, entrySize, openTiff } from './tiff-structure.js'

/** A directory at byte 10 that says it has `count` entries, and has two. */
function structure(order: 'II*\0' | 'MM\0*', count: number): Uint8Array {
  const bytes = new Uint8Array(12 + 2 * entrySize)
  bytes.set(new TextEncoder().encode(order))
  const view = new DataView(bytes.buffer)
  view.setUint32(4, 10, order === 'II*\0')
  view.setUint16(10, count, order === 'II*\0')
  return bytes
}

test.each(['II*\0', 'MM\0*'] as const)('%j: entries are those that lie within', (order) => {
  for (const [count, places] of [
    [0, []],
    [1, [12]],
    [2, [12, 24]],
    [0xffff, [12, 24]],
  ] as const) {
    const tiff = openTiff(structure(order, count))
    expect(tiff?.first).toBe(10)
    expect([...entriesOf(tiff ?? expect.fail(), 10)]).toEqual(places)
  }
})

test('counts from where it begins', () => {
  const bytes = structure('MM\0*', 2)
  const tiff = openTiff(Buffer.concat([Buffer.from('Exif\0\0'), bytes]).subarray(6))
  expect([...entriesOf(tiff ?? expect.fail(), tiff?.first ?? 0)]).toEqual([12, 24])
})

test('nothing else is one, and directories that begin outside have no entries', () => {
  expect(openTiff(new Uint8Array(20))).toBeNull()
  expect(openTiff(structure('II*\0', 1).subarray(0, 7))).toBeNull()
  const tiff = openTiff(structure('II*\0', 1)) ?? expect.fail()
  for (const outside of [35, 36, 0xffffffff]) expect([...entriesOf(tiff, outside)]).toEqual([])
})
