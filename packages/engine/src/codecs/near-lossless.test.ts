import { expect, test } from 'vitest'
import { countRgb, isReduced, nearLossless } from './near-lossless.js'
import type { Pixels } from './pixels.js'

/** A smooth left half, a noisy right half, and alpha that must not move. */
function picture(): Pixels {
  const [width, height] = [64, 48]
  const data = new Uint8Array(width * height * 4)
  for (let i = 0; i < width * height; i += 1) {
    const x = i % width
    const noise = x < width / 2 ? 0 : (i * 7919) % 61
    data.set([100 + x + noise, 90 + (i >> 8) + noise, 80 + noise * 2, 255 - (i % 50)], i * 4)
  }
  return { data, width, height, channels: 4 }
}

test.each([2, 3])('rounds noise to multiples of 2^%i and nothing else', (k) => {
  const source = picture()
  const before = Uint8Array.from(source.data)
  const result = nearLossless(source, k)
  expect(source.data).toEqual(before)
  let changed = 0
  for (let i = 0; i < before.length; i += 1) {
    const [was = 0, is = 0] = [before[i], result.data[i]]
    expect(Math.abs(was - is)).toBeLessThanOrEqual(2 ** (k - 1))
    if (was === is) continue
    changed += 1
    expect(i % 4).not.toBe(3)
    expect(is % 2 ** k === 0 || is === 255).toBe(true)
    expect((i >> 2) % 64).toBeGreaterThanOrEqual(31)
  }
  expect(changed).toBeGreaterThan(500)
})

test('knows its own results', () => {
  const source = picture()
  expect(isReduced(source, 3)).toBe(false)
  expect(isReduced(nearLossless(source, 3), 3)).toBe(true)
})

test('a picture of few colours is reduced', () => {
  const data = new Uint8Array(300 * 3).map((_, i) => ((i / 3) | 0) % 256)
  expect(isReduced({ data, width: 300, height: 1, channels: 3 }, 3)).toBe(true)
})

test('counts colours whatever their alpha, and no further than it is asked to', () => {
  const data = Uint8Array.from([1, 2, 3, 0, 1, 2, 3, 255, 3, 2, 1, 9, 255, 255, 255, 1, 1, 2, 4, 1])
  const source: Pixels = { data, width: 5, height: 1, channels: 4 }
  expect(countRgb(source, 100)).toBe(4)
  expect(countRgb(source, 2)).toBe(3)
})
