import { describe, expect, test } from 'vitest'
import { createPictureStore, dataUri, type Picture } from './pictures.js'

const picture = (before: number, after: number): Picture => {
  return { format: 'png', before: new Uint8Array(before), after: new Uint8Array(after) }
}

describe('pictures are kept within a limit', () => {
  const offered: [string, Picture][] = [
    ['a', picture(60, 30)],
    ['b', picture(70, 20)],
    ['c', picture(40, 39)],
    ['d', picture(50, 30)],
    ['e', picture(50, 30)],
  ]
  const keptOf = (pictures: readonly [string, Picture][], limit: number) => {
    const store = createPictureStore(limit)
    for (const [digest, picture] of pictures) store.keep(digest, picture)
    return [...store.all().keys()]
  }

  test('the largest savings, in whatever order they come', () => {
    // Of a quarter of 800 each; all fit.
    const more = [...offered, ...offered.map(([digest, kept]): [string, Picture] => [digest + digest, kept])]
    expect(keptOf(more, 800)).toEqual(['b', 'bb', 'a', 'aa', 'd', 'dd', 'e', 'ee', 'c'])
    expect(keptOf(more.toReversed(), 800)).toEqual(keptOf(more, 800))
  })

  test('none that takes more than its share, twice, or that browsers do not show', () => {
    expect(keptOf(offered, 4 * 89)).toEqual(['d', 'e', 'c'])
    expect(keptOf([...offered, ...offered], 800)).toEqual(keptOf(offered, 800))
    expect(keptOf([['pdf', { ...picture(60, 30), format: 'pdf' }]], 800)).toEqual([])
  })
})

test('bytes of a part of a buffer become the address of just that part', () => {
  const bytes = Buffer.from('xx<svg/>xx').subarray(2, 8)
  expect(dataUri('svg', bytes)).toBe(`data:image/svg+xml;base64,${btoa('<svg/>')}`)
})
