import { expect, test } from 'vitest'
import type { Facts } from '../inspect/facts.js'
import {
  defaultDeadline,
  defaultMemoryBudget,
  documentDeadline,
  estimateDocumentMemory,
  estimateMemory,
  withinPixels,
} from './limits.js'

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

test('the smallest of frames counts as if it were larger', () => {
  const tiny = { format: 'gif', width: 1, height: 1 } as const
  expect(withinPixels(facts({ ...tiny, frames: 50_000 }), 50e6)).toBe(true)
  expect(withinPixels(facts({ ...tiny, frames: 50_001 }), 50e6)).toBe(false)
  expect(withinPixels(facts(tiny), 1)).toBe(true)
})

test('a program and all its processes stay below 2 GB by default', () => {
  // With 200 MB for the program itself.
  expect(defaultMemoryBudget()).toBeLessThan(1.8e9)
})

test('estimates grow with pixels, time with pixels and frames', () => {
  const small = facts({})
  const large = facts({ width: 4000, height: 3000 })
  expect(estimateMemory(large, 0)).toBeGreaterThan(estimateMemory(small, 0) + 12e6 * 16)
  expect(defaultDeadline(large)).toBe(360_000)
  expect(defaultDeadline(facts({ width: 1000, height: 1000, frames: 3, format: 'webp' }))).toBe(105_000)
  expect(defaultDeadline(facts({ format: 'svg', width: 1e6, height: 1e6 }))).toBe(60_000)
})

const apng: Facts['traits'] = new Set(['apng'])

// Peak resident memory of a child, measured once for each (Linux, x64, Node 20), in MiB.
test.each([
  ['jpeg of 12 MP', 425, { format: 'jpeg', width: 4000, height: 3000 }, 2.4e6],
  ['progressive 4:4:4 jpeg of 24 MP', 747, { format: 'jpeg', width: 6000, height: 4000 }, 21.1e6],
  ['jpeg of 50 MP', 1092, { format: 'jpeg', width: 8600, height: 5800 }, 9e6],
  ['png of 24 MP', 792, { width: 6000, height: 4000 }, 47.2e6],
  ['png with alpha of 24 MP', 1118, { width: 6000, height: 4000, alpha: true }, 102e6],
  ['png of 50 MP', 1696, { width: 8600, height: 5800 }, 157e6],
  ['webp of 6 MP', 398, { format: 'webp', width: 3000, height: 2000 }, 2.3e6],
  ['lossless webp with alpha of 6 MP', 813, { format: 'webp', width: 3000, height: 2000, alpha: true }, 12e6],
  ['lossless webp with alpha of 24 MP', 1472, { format: 'webp', width: 6000, height: 4000, alpha: true }, 48e6],
  ['avif of 6 MP', 444, { format: 'avif', width: 3000, height: 2000 }, 3.1e6],
  ['avif of 24 MP', 908, { format: 'avif', width: 6000, height: 4000 }, 9.2e6],
  ['gif of 24 MP', 694, { format: 'gif', width: 6000, height: 4000 }, 16.8e6],
  ['tiff of 24 MP', 287, { format: 'tiff', width: 6000, height: 4000 }, 72e6],
  ['bmp of 24 MP', 864, { format: 'bmp', width: 6000, height: 4000 }, 24e6],
  ['apng of 3 MP', 442, { width: 2000, height: 1500, frames: 6, traits: apng }, 17.6e6],
  ['gif of 350 frames', 172, { format: 'gif', width: 2296, height: 556, frames: 350 }, 0.7e6],
] as const)('the estimate for a %s covers what it took', (_, peak, some, size) => {
  const estimate = estimateMemory(facts(some), size) / 2 ** 20
  expect(estimate).toBeGreaterThan(peak)
  expect(estimate).toBeLessThan(peak * 2.6)
})

// The same for documents, everyday ones left out: of those only so many run at once.
test.each([
  ['a PDF with a JPEG of 20 MP', 782, { format: 'pdf', size: 0.12e6, pixels: 20.5e6, largest: 20.5e6 }],
  ['a PDF with a JPEG of 49 MP', 1094, { format: 'pdf', size: 3.7e6, pixels: 49e6, largest: 49e6 }],
  ['a PDF with a photo of 26 MP without a codec', 746, { format: 'pdf', size: 36.4e6, pixels: 26e6, largest: 26e6 }],
  ['a PDF of several photos', 756, { format: 'pdf', size: 1.5e6, pixels: 26.6e6, largest: 8.9e6 }],
  ['a sheet of 250 MB', 803, { format: 'xlsx', size: 1e6, pixels: 0, largest: 0 }],
] as const)('the estimate for %s covers what it took', (_, peak, document) => {
  const estimate = estimateDocumentMemory(document) / 2 ** 20
  expect(estimate).toBeGreaterThan(peak)
  expect(estimate).toBeLessThan(peak * 2.6)
})

test('a document has time for its bytes and pictures, and a lie about them gives little', () => {
  const photo = { format: 'pdf', size: 36.4e6, pixels: 26e6, largest: 26e6 } as const
  // Measured: 45 seconds of CPU.
  expect(documentDeadline(photo)).toBe(60_000 + 728_000 + 234_000)
  expect(documentDeadline({ ...photo, size: 1e6, pixels: 1e12 })).toBe(60_000 + 20_000 + 1_350_000)
  expect(documentDeadline({ format: 'pptx', size: 1e6, pixels: 0, largest: 0 })).toBe(120_000)
})
