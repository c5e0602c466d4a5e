import { expect, test } from 'vitest'
import { saltPattern } from './salted-name.js'

const digest = '0123456789abcdef'.repeat(4)

test('the hash is that of the digest, in the letters and the length asked for', () => {
  expect(saltPattern('assets/[name]-[hash][extname]', digest, 'base64')).toBe('assets/[name]-ASNFZ4mr[extname]')
  expect(saltPattern('[hash:12].png', digest, 'hex')).toBe('0123456789ab.png')
  expect(saltPattern('[hash:20].[ext]', digest, 'base36')).toMatch(/^[0-9a-z]{20}\.\[ext\]$/)
  expect(saltPattern('[hash]/[hash:4]', digest, 'hex')).toBe('01234567/0123')
})

test('a pattern without a hash stays', () => {
  expect(saltPattern('img/[name].[ext]', digest, 'base64')).toBe('img/[name].[ext]')
})
