import { expect, test } from 'vitest'
import { isWorthShipping } from './worth.js'

test.each([
  [1000, 999, { bytes: 0, percent: 0 }, true],
  [1000, 1000, { bytes: 0, percent: 0 }, false],
  [1000, 1001, { bytes: 0, percent: 0 }, false],
  [10_000, 9744, { bytes: 256, percent: 2 }, true],
  [10_000, 9745, { bytes: 256, percent: 2 }, false],
  [100_000, 98_001, { bytes: 256, percent: 2 }, false],
  [100_000, 98_000, { bytes: 256, percent: 2 }, true],
])('%d to %d bytes with at least %o: %s', (before, after, least, expected) => {
  expect(isWorthShipping(before, after, least)).toBe(expected)
})
