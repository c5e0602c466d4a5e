import { expect, test } from 'vitest'
import { formatBytes, formatDuration, formatSaving } from './units.js'

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [829_183, '829.2 kB'],
  [53_492_156, '53.49 MB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})

test.each([
  [100, 53, '−47 %'],
  [100, 120, '+20 %'],
  [100, 100, '0 %'],
  [0, 0, '0 %'],
])('%d to %d is %s', (before, after, text) => {
  expect(formatSaving(before, after)).toBe(text)
})

test.each([
  [12.4, '12 ms'],
  [3400, '3.4 s'],
  [125_000, '2 min 5 s'],
])('%d ms are %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})
