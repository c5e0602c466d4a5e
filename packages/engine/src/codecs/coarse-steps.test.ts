import { expect, test } from 'vitest'
import { photo } from '../../test/images.js'
import { flatPixels, isRounded, roundSteps } from './coarse-steps.js'
import type { Pixels } from './pixels.js'

function picture(): Pixels {
  const { data, width, height } = photo(96, 80, 3, 4)
  const pixels = new Uint8Array(data)
  // A flat block, and a corner that no one sees.
  for (let y = 20; y < 40; y += 1) for (let x = 30; x < 60; x += 1) pixels.set([7, 80, 200, 255], (y * width + x) * 4)
  for (let y = 0; y < 8; y += 1) for (let x = 0; x < 8; x += 1) pixels[(y * width + x) * 4 + 3] = 0
  return { data: pixels, width, height, channels: 4 }
}

test.each([3, 8, 17, 48])('step %i: differences become multiples, flat pixels and alpha stay', (step) => {
  const source = picture()
  const { width } = source
  const before = Uint8Array.from(source.data)
  const flat = flatPixels(source)
  const { data } = roundSteps(source, step, flat)
  expect(source.data).toEqual(before)
  let rounded = 0
  for (let at = 0, pixel = 0; at < data.length; at += 4, pixel += 1) {
    expect(data[at + 3]).toBe(before[at + 3])
    if (before[at + 3] === 0) continue
    if (flat[pixel] === 1) {
      expect(data.subarray(at, at + 3)).toEqual(before.subarray(at, at + 3))
      continue
    }
    for (let c = 0; c < 3; c += 1) {
      const left = pixel % width > 0 ? (data[at + c - 4] ?? 0) : 0
      const above = pixel >= width ? (data[at + c - width * 4] ?? 0) : 0
      const difference = (data[at + c] ?? 0) - ((left + above) >> 1)
      expect(Math.abs(difference % step)).toBe(0)
      expect(Math.abs((data[at + c] ?? 0) - (before[at + c] ?? 0))).toBeLessThanOrEqual(step * 1.5)
    }
    rounded += 1
  }
  expect(rounded).toBeGreaterThan(5000)
  // The block but for its edge.
  expect(flat.reduce((sum, one) => sum + one, 0)).toBeGreaterThanOrEqual(18 * 28)
})

test.each([3, 5, 8, 13, 30])('knows its own results of step %i', (step) => {
  const source = picture()
  expect(isRounded(source)).toBe(false)
  expect(isRounded(roundSteps(source, step, flatPixels(source)))).toBe(true)
})

test('grey stays grey', () => {
  const source = picture()
  for (let at = 0; at < source.data.length; at += 4) source.data.fill(source.data[at] ?? 0, at, at + 3)
  const { data } = roundSteps(source, 9, flatPixels(source))
  for (let at = 0; at < data.length; at += 4) {
    if (source.data[at + 3] === 0) continue
    expect(data[at + 1]).toBe(data[at])
    expect(data[at + 2]).toBe(data[at])
  }
})
