import { expect, it } from 'vitest'
import { RESONATORS } from './filter.js'
import { prepareReference, type RawImage, score } from './ssimulacra2.js'

type Damage = 'posterise' | 'shift' | 'blocks' | 'tint'

/** Gradients, a disc, stripes and seeded noise; with 4 channels also a diagonal alpha ramp. Integer arithmetic only. */
function scene(width: number, height: number, channels: 3 | 4): RawImage {
  const data = new Uint8Array(width * height * channels)
  let seed = 12345
  let at = 0
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0
      const noise = (seed >>> 16) & 15
      const inDisc = (x - width / 3) ** 2 + (y - height / 2) ** 2 < (height / 4) ** 2
      const stripe = ((x + 2 * y) >> 3) & 1
      data[at++] = Math.min(255, Math.trunc((x * 200) / width) + noise + (inDisc ? 40 : 0))
      data[at++] = Math.min(255, Math.trunc((y * 180) / height) + noise + (stripe ? 30 : 0))
      data[at++] = inDisc ? 30 + noise : 200 - noise
      if (channels === 4) data[at++] = Math.min(255, Math.trunc(((x + y) * 300) / (width + height)))
    }
  }
  return { data, width, height, channels }
}

function damage(image: RawImage, kind: Damage, amount: number): RawImage {
  const { width, height, channels } = image
  const data = image.data.slice()
  const source = (x: number, y: number, channel: number) =>
    image.data[(y * width + Math.max(0, x)) * channels + channel] as number
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < 3; channel++) {
        const at = (y * width + x) * channels + channel
        const value = source(x, y, channel)
        if (kind === 'posterise') data[at] = Math.min(255, Math.round(value / amount) * amount)
        else if (kind === 'shift') data[at] = source(x - amount, y, channel)
        else if (kind === 'blocks') data[at] = (value + source(x - (x % amount), y - (y % amount), channel)) >> 1
        else if (channel === 2) data[at] = Math.max(0, value - amount)
      }
    }
  }
  return { ...image, data }
}

// Expected scores: the reference program `ssimulacra2` of libjxl 0.11.2 on the same pixels stored as PNG. Its
// rounding is followed, but for how it converts colours: that is worth a few hundredths of a point.
it.each<[number, number, 3 | 4, Damage, number, number]>([
  [160, 128, 3, 'posterise', 8, 90.34383678],
  [160, 128, 3, 'posterise', 24, 61.66015669],
  [160, 128, 3, 'shift', 1, 49.83936902],
  [160, 128, 3, 'blocks', 4, 4.09972958],
  [160, 128, 3, 'tint', 12, 88.59815139],
  [61, 47, 3, 'posterise', 16, 42.13167115],
  [33, 9, 3, 'blocks', 2, 93.25867752],
  [8, 8, 3, 'posterise', 40, 90.28948],
  [160, 128, 4, 'posterise', 24, 70.2203633],
  [257, 131, 3, 'blocks', 8, -33.70065085],
])(
  'agrees with the reference program: %i × %i, %i channels, %s %i',
  (width, height, channels, kind, amount, expected) => {
    const source = scene(width, height, channels)
    const distorted = damage(source, kind, amount)
    expect(Math.abs(score(prepareReference(source, 'full'), distorted) - expected)).toBeLessThan(0.1)
    expect(Math.abs(score(prepareReference(source), distorted) - expected)).toBeLessThan(0.1)
  },
)

it('gives identical pictures 100, transparent and tiny ones too', () => {
  for (const image of [scene(70, 50, 3), scene(70, 50, 4), scene(1, 1, 3), scene(3, 20, 4)]) {
    expect(score(prepareReference(image, 'full'), { ...image, data: image.data.slice() })).toBe(100)
  }
})

it('falls as damage grows, and a reference can be used again', () => {
  const source = scene(120, 90, 3)
  const reference = prepareReference(source)
  const scores = [4, 8, 16, 32, 64].map((amount) => score(reference, damage(source, 'posterise', amount)))
  expect(scores).toEqual([...scores].sort((a, b) => b - a))
  expect(score(reference, damage(source, 'posterise', 4))).toBe(scores[0])
})

it('sees damage in pictures too small for the reference program', () => {
  const source = scene(5, 3, 3)
  const worse = damage(source, 'posterise', 90)
  expect(score(prepareReference(source), worse)).toBeLessThan(
    score(prepareReference(source), damage(source, 'tint', 4)),
  )
})

it('takes opaque alpha for none, and sees alpha that was lost', () => {
  const opaque = scene(64, 64, 3)
  const withAlpha: RawImage = { ...opaque, channels: 4, data: new Uint8Array(64 * 64 * 4).fill(255) }
  for (let pixel = 0; pixel < 64 * 64; pixel++) {
    withAlpha.data.set(opaque.data.subarray(pixel * 3, pixel * 3 + 3), pixel * 4)
  }
  expect(score(prepareReference(withAlpha), opaque)).toBe(100)
  const faded = { ...withAlpha, data: withAlpha.data.map((value, at) => (at % 4 === 3 ? 200 : value)) }
  expect(score(prepareReference(faded), withAlpha)).toBeLessThan(80)
  expect(score(prepareReference(withAlpha), faded)).toBeLessThan(80)
})

it('refuses what cannot be compared', () => {
  const reference = prepareReference(scene(20, 20, 3))
  expect(() => score(reference, scene(20, 21, 3))).toThrow(RangeError)
  expect(() => prepareReference({ ...scene(20, 20, 3), width: 19 })).toThrow(RangeError)
  expect(() => prepareReference({ data: new Uint8Array(0), width: 0, height: 0, channels: 3 })).toThrow(RangeError)
})

it('blurs with a filter that keeps brightness and is close to the Gaussian it stands for', () => {
  // Response to an impulse from five pixels before the middle on, which leaves the sum ten pixels later.
  const response = Array.from({ length: 10 }, (_, n) =>
    RESONATORS.reduce((sum, { gain, turn }) => {
      const angle = Math.acos(-turn / 2)
      return sum + (gain * Math.sin(angle * (n + 1))) / Math.sin(angle)
    }, 0),
  )
  expect(response.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6)
  for (const [n, value] of response.entries()) {
    const gaussian = Math.exp(-((n - 4) ** 2) / (2 * 1.5 ** 2)) / (1.5 * Math.sqrt(2 * Math.PI))
    expect(Math.abs(value - gaussian)).toBeLessThan(0.012)
  }
})
