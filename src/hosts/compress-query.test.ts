import { expect, test } from 'vitest'
import { takeCompressQuery } from './compress-query.js'

test.each([
  ['./a.jpg?compress=off', './a.jpg', 'off'],
  ['./a.jpg?compress=85.5', './a.jpg', '85.5'],
  ['./a.jpg?compress=', './a.jpg', ''],
  ['./a.jpg?compress=off&url', './a.jpg?url', 'off'],
  ['./a.jpg?url&compress=lossless', './a.jpg?url', 'lossless'],
  ['./a.jpg?url&compress=lossless&w=20', './a.jpg?url&w=20', 'lossless'],
  ['./a.svg?compress=70#icon', './a.svg#icon', '70'],
  ['./a.svg?url&compress=70#icon', './a.svg?url#icon', '70'],
])('%s is %s with %s', (import_, specifier, value) => {
  expect(takeCompressQuery(import_)).toEqual({ specifier, value })
})

test.each(['./a.jpg', './a.jpg?compressed=off', './a.jpg?url', './compress=off.jpg'])(
  '%s asks for nothing',
  (import_) => {
    expect(takeCompressQuery(import_)).toBeUndefined()
  },
)
