import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { objection } from './judge.js'

const fixture = (name: string) => readFileSync(new URL(`../../test/fixtures/${name}`, import.meta.url))

describe('what may stand in for a source', () => {
  test.each(['photo.jpg', 'logo-alpha.png', 'animated.gif', 'animated.webp', 'photo.avif', 'drawing.svg'])(
    '%s may stand in for itself',
    (name) => {
      const bytes = fixture(name)
      const format = name.split('.').at(-1)?.replace('jpg', 'jpeg') as 'jpeg'
      expect(objection(format, bytes, bytes)).toBe(null)
    },
  )

  test.each([
    ['nothing', 'photo.jpg', new Uint8Array(), 'it is empty'],
    ['another type', 'photo.jpg', fixture('logo-alpha.png'), 'it is png and not jpeg'],
    ['no image', 'photo.jpg', Buffer.from('<!doctype html>'), 'it is of no known type and not jpeg'],
    ['half a file', 'photo.jpg', fixture('photo.jpg').subarray(0, 3000), /^it cannot be read/],
    ['another size', 'photo.jpg', fixture('photo-rotated.jpg'), /pixels and not/],
    ['one frame of many', 'animated.gif', fixture('still.gif'), /pixels and not|frames and not/],
  ])('%s may not', (_, source, result, why) => {
    const format = source.endsWith('.gif') ? 'gif' : 'jpeg'
    expect(objection(format, fixture(source), result)).toMatch(why)
  })
})
