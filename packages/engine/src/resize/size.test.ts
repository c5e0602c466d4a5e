import { describe, expect, test } from 'vitest'
import { parseResize, type Resize, resizedDimensions } from './size.js'

describe('the size of a resized picture', () => {
  test.each<[number, number, Resize, number, number]>([
    [6000, 4000, '4k', 3840, 2560],
    [6000, 4000, '2k', 2560, 1707],
    [6000, 4000, '1080p', 1920, 1280],
    [6000, 4000, '720p', 1280, 853],
    [4000, 6000, '1080p', 1280, 1920],
    [3000, 3000, { longestEdge: 1600 }, 1600, 1600],
    [1920, 1080, '1080p', 1920, 1080],
    [1921, 1080, '1080p', 1920, 1079],
    [800, 600, '4k', 800, 600],
    [10_000, 3, { longestEdge: 100 }, 100, 1],
    [999, 501, { percent: 50 }, 500, 251],
    [10, 1, { percent: 1 }, 1, 1],
  ])('%i × %i at %o is %5$i × %6$i', (width, height, resize, ...expected) => {
    const { width: w, height: h } = resizedDimensions(width, height, resize)
    expect([w, h]).toEqual(expected)
  })

  test('the longest edge is the very one, once and again, turned or not', () => {
    for (let width = 1; width <= 400; width += 13) {
      for (let height = 1; height <= 400; height += 17) {
        for (const longestEdge of [1, 2, 99, 256, 399]) {
          const size = resizedDimensions(width, height, { longestEdge })
          expect(Math.max(size.width, size.height)).toBe(Math.min(longestEdge, Math.max(width, height)))
          expect(resizedDimensions(size.width, size.height, { longestEdge })).toEqual(size)
          const turned = resizedDimensions(height, width, { longestEdge })
          expect([turned.height, turned.width]).toEqual([size.width, size.height])
        }
      }
    }
  })

  test('what is no resize is refused', () => {
    expect(() => resizedDimensions(1, 1, { longestEdge: 0 })).toThrow(TypeError)
  })
})

test('a preset and the edge that it stands for are one and the same', () => {
  expect(parseResize('720p')).toEqual(parseResize({ longestEdge: 1280 }))
  expect(parseResize({ percent: 99 })).toEqual({ percent: 99 })
})

test.each([
  [undefined],
  [null],
  ['8k'],
  ['toString'],
  [1600],
  [[1600]],
  [{}],
  [{ longestEdge: 0 }],
  [{ longestEdge: 10_001 }],
  [{ longestEdge: 16.5 }],
  [{ longestEdge: '1600' }],
  [{ percent: 0 }],
  [{ percent: 100 }],
  [{ percent: Number.NaN }],
  [{ longestEdge: 1600, percent: 50 }],
  [{ width: 1600 }],
])('%o is none', (value) => {
  expect(parseResize(value)).toBeUndefined()
})
