import { expect, test } from 'vitest'
import { image, photo } from '../../test/images.js'
import { inspect } from '../inspect/index.js'
import type { Quality } from '../types.js'
import { aimed, type Work } from './codec.js'
import { resolveSettings } from './settings.js'

async function workWith(profile: string | null, quality: Quality): Promise<Work> {
  const plain = image(photo(32, 24))
  const bytes = new Uint8Array(await (profile === null ? plain : plain.withIccProfile(profile)).png().toBuffer())
  const facts = inspect(bytes, 'png')
  if (facts === null) throw new Error('not a PNG')
  return { bytes, facts, settings: resolveSettings({ quality }) }
}

test('aims higher only under a profile that stretches colours', async () => {
  const target = async (profile: string | null, quality: Quality) =>
    aimed(await workWith(profile, quality)).settings.target
  expect(await target('p3', 'balanced')).toBeGreaterThan(80)
  expect(await target('srgb', 'balanced')).toBe(80)
  expect(await target(null, 'balanced')).toBe(80)
})

test('never aims at what is no aim: identical pixels, or more than a score can tell', async () => {
  expect(aimed(await workWith('p3', 'lossless')).settings.target).toBe('lossless')
  expect(aimed(await workWith('p3', 100)).settings.target).toBe(100)
  expect(aimed(await workWith('p3', 98)).settings.target).toBe(99)
})
