import { expect, test } from 'vitest'
import { openGate } from './gate.js'
import { countColours } from './near-lossless.js'
import { decode, type Pixels } from './pixels.js'
import { encodePalette, searchPalette } from './png-palette.js'

/** Two gradients across each other; with four channels a disc of it that is opaque. */
function picture(channels: 3 | 4): Pixels {
  const [width, height] = [160, 120]
  const data = new Uint8Array(width * height * channels)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * channels
      data.set([100 + (x >> 1), 80 + (y >> 1), 90], at)
      if (channels === 4) data[at + 3] = Math.hypot(x - 80, y - 60) < 50 ? 255 : 0
    }
  }
  return { data, width, height, channels }
}

test('each palette reaches its target, and a low one takes fewer bytes', async () => {
  const gate = openGate(picture(3), 1e6)
  const sizes: number[] = []
  for (const target of [75, 60, 30]) {
    const palette = await searchPalette(gate, target, 'balanced')
    if (palette === null) throw new Error(`no palette for ${target}`)
    expect(palette.score).toBeGreaterThanOrEqual(target)
    const pixels = await decode(palette.encoded)
    expect(gate.scoreSample(pixels)).toBe(palette.score)
    expect(countColours(pixels)).not.toBeNull()
    sizes.push(palette.encoded.length)
  }
  expect(sizes[2]).toBeLessThan(sizes[0] ?? 0)
})

test('there is none where 256 colours are too few', async () => {
  const gate = openGate(picture(3), 1e6)
  for (const effort of ['fast', 'balanced', 'max'] as const) expect(await searchPalette(gate, 98, effort)).toBeNull()
})

test('alpha survives', async () => {
  const source = picture(4)
  const palette = await encodePalette(openGate(source, 1e6), source, 100, 'balanced')
  const { data, channels } = await decode(palette?.encoded ?? new Uint8Array())
  expect(channels).toBe(4)
  const alpha = (pixels: Uint8Array) => pixels.filter((_, at) => at % 4 === 3)
  expect(alpha(data)).toEqual(alpha(source.data))
})
