import { expect, test } from 'vitest'
import { globOf } from './find-files.js'

test('backslashes in globs are what they are in paths of the system', () => {
  expect(globOf('img\\**\\*.png', '\\')).toBe('img/**/*.png')
  expect(globOf('img/\\*.png', '/')).toBe('img/\\*.png')
})
