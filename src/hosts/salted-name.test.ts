import { expect, test } from 'vitest'
import { type HashCharacters, saltPattern } from './salted-name.js'

const digest = '0123456789abcdef'.repeat(4)

test('the hash is that of the digest, in the letters and the length asked for', () => {
  const of = (pattern: string, characters: HashCharacters) => saltPattern(pattern, digest, characters)
  expect(of('assets/[name]-[hash][extname]', 'base64')).toEqual({
    pattern: 'assets/[name]-ASNFZ4mr[extname]',
    hash: 'ASNFZ4mr',
  })
  expect(of('[hash:12].png', 'hex').pattern).toBe('0123456789ab.png')
  expect(of('[hash:20].[ext]', 'base36').pattern).toMatch(/^[0-9a-z]{20}\.\[ext\]$/)
})

test('a pattern without a hash stays', () => {
  expect(saltPattern('img/[name].[ext]', digest, 'base64')).toEqual({ pattern: 'img/[name].[ext]', hash: null })
})
