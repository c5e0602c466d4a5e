import { expect, test } from 'vitest'
import type { Facts } from '../inspect/facts.js'
import { defaultDeadline, estimateMemory, withinPixels } from './limits.js'

const facts = (some: Partial<Facts>): Facts => ({
  format: 'png',
  width: 100,
  height: 100,
  frames: 1,
  loop: null,
  delays: [],
  alpha: false,
  bitDepth: 8,
  model: 'rgb',
  orientation: 1,
  colour: 'srgb',
  lossless: true,
  traits: new Set(),
  ...some,
})

test('a canvas and all frames together have their own bounds', () => {
  expect(withinPixels(facts({}), 10_000)).toBe(true)
  expect(withinPixels(facts({}), 9_999)).toBe(false)
  expect(withinPixels(facts({ frames: 10 }), 10_000)).toBe(true)
  expect(withinPixels(facts({ frames: 11 }), 10_000)).toBe(false)
  expect(withinPixels(facts({ format: 'svg', width: 1e6, height: 1e6 }), 10_000)).toBe(true)
})

test('estimates grow with pixels, time with pixels and frames', () => {
  const small = facts({})
  const large = facts({ width: 4000, height: 3000 })
  expect(estimateMemory(large, 0)).toBeGreaterThan(estimateMemory(small, 0) + 12e6 * 16)
  expect(defaultDeadline(large)).toBe(180_000)
  expect(defaultDeadline(facts({ width: 1000, height: 1000, frames: 3 }))).toBe(90_000)
})
