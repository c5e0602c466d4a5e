import { expect, test } from 'vitest'
import { searchQuality } from './search.js'

const bounds = { min: 40, max: 93, start: 82, steps: 5 }

/** Straight lines of several slopes: what an encoder's scores look like nearby. */
test.each([0.4, 0.6, 0.85, 1.2])(
  'finds nearly the smallest quality that reaches the target at %s points a step',
  async (slope) => {
    for (let exact = 55; exact <= 92; exact += 1) {
      const tried: number[] = []
      const measure = async (quality: number) => {
        tried.push(quality)
        return 80 + (quality - exact) * slope
      }
      const found = await searchQuality({ ...bounds, target: 80, measure })
      expect(found?.score ?? 0, `at ${exact}`).toBeGreaterThanOrEqual(80)
      expect((found?.quality ?? 99) - exact, `at ${exact}`).toBeLessThanOrEqual(2)
      expect(new Set(tried).size).toBe(tried.length)
      expect(tried.length).toBeLessThanOrEqual(5)
    }
  },
)

test('gives up when the finest is too coarse', async () => {
  expect(await searchQuality({ ...bounds, target: 80, measure: async () => 60 })).toBeNull()
})
