import { expect, test } from 'vitest'
import { figureProblems, fitsLinux } from '../../scripts/packages/figures.mjs'

const readme = 'It has 100 kB packed and 300 kB unpacked, 3 dependencies, and with theirs 27 packages in all.'
const measured = { packed: 104_000, unpacked: 290_000, direct: 3, total: 27 }

test('sizes may differ a little, numbers of packages not at all', () => {
  expect(figureProblems(readme, measured)).toEqual([])
  expect(figureProblems(readme, { ...measured, packed: 120_000 })).toEqual([expect.stringContaining('120000')])
  expect(figureProblems(readme, { ...measured, unpacked: 260_000 })).toHaveLength(1)
  expect(figureProblems(readme, { ...measured, direct: 4, total: 28 })).toHaveLength(2)
})

test('a figure that is no longer stated is a problem', () => {
  expect(figureProblems('', measured)).toHaveLength(4)
})

test('packages for other systems do not count', () => {
  expect(fitsLinux({})).toBe(true)
  expect(fitsLinux({ os: ['linux'], cpu: ['x64'], libc: ['glibc'] })).toBe(true)
  expect(fitsLinux({ os: ['linux'], cpu: ['x64'], libc: ['musl'] })).toBe(false)
  expect(fitsLinux({ os: ['darwin'], cpu: ['x64'] })).toBe(false)
})
