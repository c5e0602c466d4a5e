import { expect, test } from 'vitest'
import { curveOf, throughCurve } from './gamma.js'
import { openGate } from './gate.js'

test('a gamma becomes the curve it stands for, anything else none', () => {
  expect(curveOf({ colour: 'srgb' })).toBeNull()
  expect(curveOf({ colour: 'icc:abc' })).toBeNull()
  const linear = curveOf({ colour: 'gamma:100000' })
  // 18 % grey is 118 in sRGB.
  expect([0, 46, 255].map((stored) => linear?.[stored])).toEqual([0, 118, 255])
  // 1/2.2 is nearly the curve of sRGB.
  expect(curveOf({ colour: 'gamma:45455/31270,32900' })?.[128]).toBe(129)
})

test('alpha has no gamma', () => {
  const curve = curveOf({ colour: 'gamma:100000' }) ?? new Uint8Array()
  const { data } = throughCurve({ data: Uint8Array.of(46, 0, 255, 46), width: 1, height: 1, channels: 4 }, curve)
  expect([...data]).toEqual([118, 0, 255, 46])
})

test('a gate sees darkness that a curve brings to light', () => {
  const [width, height] = [64, 64]
  const dark = Uint8Array.from({ length: width * height * 3 }, (_, at) => 4 + ((at * 7) % 5))
  const damaged = dark.map((value) => Math.round(value / 4) * 4)
  const like = (data: Uint8Array) => ({ data, width, height, channels: 3 as const })
  const scoreWith = (curve: ReturnType<typeof curveOf>) => openGate(like(dark), 1e6, curve).scoreWhole(like(damaged))
  expect(scoreWith(curveOf({ colour: 'gamma:100000' }))).toBeLessThan(scoreWith(null) - 5)
})
