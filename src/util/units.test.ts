import { expect, test } from 'vitest'
import { exactBytes, formatBytes, formatDuration, formatSaving, parseBytes } from './units.js'

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

test.each([
  ['500 kB', 500_000],
  ['500KB', 500_000],
  ['4.1 kB', 4100],
  ['1.5 MB', 1_500_000],
  ['2 GiB', 2 ** 31],
  ['64 KiB', 65_536],
  ['4096', 4096],
  ['12 B', 12],
  ['-1 kB', undefined],
  ['1e3 kB', undefined],
  ['1 kilobyte', undefined],
  ['kB', undefined],
  ['', undefined],
  ['99999999999 GB', undefined],
])('%j means %j bytes', (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes)
})

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1,000 B'],
  [53_492_156, '53,492,156 B'],
])('%d bytes are %s exactly', (bytes, text) => {
  expect(exactBytes(bytes)).toBe(text)
})
