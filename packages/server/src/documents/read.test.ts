import { expect, test } from 'vitest'
import { hasTag } from './read.js'

test.each([
  ['"a"', true],
  ['W/"a"', true],
  ['"b", "a"', true],
  ['"b"', false],
  ['a', false],
  ['', false],
  [undefined, false],
])('If-None-Match: %s', (header, expected) => {
  expect(hasTag(header, '"a"')).toBe(expected)
})
