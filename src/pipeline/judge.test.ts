import { readFileSync } from 'node:fs'
import sharp from 'sharp'
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

  test('exactly the size that was asked for may', async () => {
    const source = fixture('photo.jpg')
    const at = (width: number, height: number) => sharp(source).resize({ width, height, fit: 'fill' }).jpeg().toBuffer()
    const resize = { longestEdge: 100 }
    expect(objection('jpeg', source, await at(100, 67), resize)).toBe(null)
    expect(objection('jpeg', source, await at(100, 66), resize)).toBe('it is 100×66 pixels and not 100×67')
    expect(objection('jpeg', source, await at(180, 120), { percent: 50 })).toBe(null)
    expect(objection('jpeg', source, source, resize)).toBe('it is 360×240 pixels and not 100×67')
    expect(objection('jpeg', source, source, { longestEdge: 360 })).toBe(null)
    for (const name of ['animated.gif', 'animated.png', 'drawing.svg']) {
      const format = name.split('.').at(-1) as 'gif'
      expect(objection(format, fixture(name), fixture(name), resize)).toBe(null)
    }
  })

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
