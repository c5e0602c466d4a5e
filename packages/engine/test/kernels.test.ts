import { expect, it, test } from 'vitest'
import { compileKernels } from '../kernels/compile.mjs'
import { KERNELS } from '../src/metric/kernels-binary.js'
import { prepareReference, type RawImage, score } from '../src/metric/ssimulacra2.js'
import { photo } from './images.js'
import { plainScore } from './plain-metric.js'

test('the kernels are what their source compiles to', async () => {
  expect(KERNELS).toBe(Buffer.from(await compileKernels()).toString('base64'))
})

function picture(width: number, height: number, seed: number): RawImage {
  const { data } = photo(width, height, 3, seed)
  return { data: new Uint8Array(data), width, height, channels: 3 }
}

// Sides on both sides of where vectors of four end, and of where a scale more is made.
it.each([
  [8, 8],
  [9, 15],
  [17, 31],
  [64, 33],
  [127, 90],
  [130, 66],
])('scores %i × %i as the formulas do', (width, height) => {
  const source = picture(width, height, width)
  for (const step of [3, 12, 40]) {
    const data = source.data.map((value, at) => Math.min(255, Math.round(value / step) * step + (at % 5 === 0 ? 2 : 0)))
    const distorted = { ...source, data }
    const expected = plainScore(source, distorted)
    expect(expected).toBeLessThan(100)
    expect(Math.abs(score(prepareReference(source, 'full'), distorted) - expected)).toBeLessThan(0.05)
  }
})
