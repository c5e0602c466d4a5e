import { expect, test } from 'vitest'
import { saltPattern } from './salted-name.js'

const source = Buffer.from('some image')

test('the hash covers source and salt', () => {
  const name = saltPattern('assets/[name]-[hash][extname]', source, 'a', 'base64')
  expect(name).toMatch(/^assets\/\[name\]-[\w-]{8}\[extname\]$/)
  expect(saltPattern('assets/[name]-[hash][extname]', source, 'a', 'base64')).toBe(name)
  expect(saltPattern('assets/[name]-[hash][extname]', source, 'b', 'base64')).not.toBe(name)
  expect(saltPattern('assets/[name]-[hash][extname]', Buffer.from('another'), 'a', 'base64')).not.toBe(name)
})

test('length and letters are those asked for', () => {
  expect(saltPattern('[hash:12].png', source, 'a', 'hex')).toMatch(/^[0-9a-f]{12}\.png$/)
  expect(saltPattern('[hash:20].png', source, 'a', 'base36')).toMatch(/^[0-9a-z]{20}\.png$/)
})

test('a pattern without a hash stays', () => {
  expect(saltPattern('img/[name].[ext]', source, 'a', 'base64')).toBe('img/[name].[ext]')
})
