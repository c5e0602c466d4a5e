import { expect, test } from 'vitest'
import { image, photo, screenshot } from '../../test/images.js'
import { inspect } from '../inspect/index.js'
import { prepareReference, score } from '../metric/ssimulacra2.js'
import type { Effort } from '../types.js'
import { isRounded } from './coarse-steps.js'
import type { Work } from './codec.js'
import { countColours } from './near-lossless.js'
import { decode } from './pixels.js'
import { encodeLossyPng } from './png-lossy.js'
import { resolveSettings } from './settings.js'

async function workOf(bytes: Uint8Array, effort: Effort): Promise<Work> {
  const facts = inspect(bytes, 'png')
  if (facts === null) throw new Error('not a PNG')
  return { bytes, facts, settings: resolveSettings({ effort }) }
}

const noisy = () =>
  image(photo(256, 192, 3, 11))
    .png()
    .toBuffer()
const drawn = () => image(screenshot(300, 200)).png().toBuffer()

test.each(['fast', 'balanced'] as const)(
  'at effort %s what comes out scores as it says, and what was asked',
  async (effort) => {
    for (const make of [noisy, drawn]) {
      const work = await workOf(await make(), effort)
      const source = await decode(work.bytes)
      const found = await encodeLossyPng(work, source, { target: 80, hasPalette: false })
      if (found === null) throw new Error('nothing found')
      const pixels = await decode(found.encoded)
      expect(found.score).toBeGreaterThanOrEqual(80)
      expect(score(prepareReference(source), pixels)).toBeCloseTo(found.score, 6)
      expect(found.isRounded ? isRounded(pixels) : countColours(pixels) !== null).toBe(true)
    }
  },
)

test('only what was rounded in haste is packed as it shall stay', async () => {
  const source = await decode(await noisy())
  // A palette would have to reach 99.5 with 256 colours.
  const goal = { target: 92, hasPalette: false }
  const hasty = await encodeLossyPng(await workOf(await noisy(), 'fast'), source, goal)
  const careful = await encodeLossyPng(await workOf(await noisy(), 'balanced'), source, goal)
  expect(hasty?.isPacked).toBe(hasty?.isRounded)
  expect(careful?.isPacked).toBe(false)
})

test('where a palette holds the colours, nothing is rounded', async () => {
  const work = await workOf(await noisy(), 'balanced')
  const source = await decode(work.bytes)
  const found = await encodeLossyPng(work, source, { target: 70, hasPalette: true })
  expect(found?.isRounded ?? false).toBe(false)
})
