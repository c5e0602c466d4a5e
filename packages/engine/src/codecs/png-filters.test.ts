import sharp from 'sharp'
import { expect, test } from 'vitest'
import { photo, randomOf } from '../../test/images.js'
import type { Pixels } from './pixels.js'
import { type RowFilter, rankFilters } from './png-filters.js'

const width = 96
const height = 80

/** A picture of one channel value per pixel, alike in all three. */
function grey(value: (x: number, y: number) => number) {
  const data = new Uint8Array(width * height * 3)
  for (let i = 0; i < width * height; i += 1) data.fill(value(i % width, Math.floor(i / width)), i * 3, i * 3 + 3)
  return { data, width, height, channels: 3 as const }
}

test('the filter that leaves least comes first', () => {
  const random = randomOf(11)
  const columns = Array.from({ length: width }, () => Math.floor(random() * 256))
  const bits = Array.from({ length: width * height }, () => (random() < 0.5 ? 0 : 1))
  // Each row walks up from a height of its own.
  const walks = Array.from({ length: height }, (_, y) => {
    let level = Math.floor(random() * 256)
    return bits.slice(y * width, (y + 1) * width).map((bit) => {
      level += bit
      return level & 255
    })
  })
  expect(
    order(
      grey((x) => columns[x] ?? 0),
      [0, 1, 2],
    )[0],
  ).toBe(2)
  expect(
    order(
      grey((x, y) => walks[y]?.[x] ?? 0),
      [0, 1, 2],
    )[0],
  ).toBe(1)
  expect(
    order(
      grey((x, y) => (bits[y * width + x] ?? 0) * 255),
      [0, 1, 2],
    )[0],
  ).toBe(0)
})

/** Some of the filters, best first. */
function order(image: Pixels, among: readonly RowFilter[]): RowFilter[] {
  return rankFilters(image)
    .map(({ filter }) => filter)
    .filter((filter) => among.includes(filter))
}

test('all five are ranked, the smallest first', () => {
  const ranked = rankFilters({ ...photo(width, height), channels: 3 })
  expect(ranked.map(({ filter }) => filter).sort()).toEqual([0, 1, 2, 3, 4])
  expect(ranked.map(({ size }) => size)).toEqual(ranked.map(({ size }) => size).sort((a, b) => a - b))
})

test('a picture of one row or one pixel has filters, too', async () => {
  for (const [w, h] of [
    [1, 1],
    [40, 1],
    [1, 40],
  ] as const) {
    const data = await sharp({ create: { width: w, height: h, channels: 3, background: 'red' } })
      .raw()
      .toBuffer()
    expect(rankFilters({ data, width: w, height: h, channels: 3 })).toHaveLength(5)
  }
})
