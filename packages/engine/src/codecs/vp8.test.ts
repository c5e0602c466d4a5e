import sharp from 'sharp'
import { expect, test } from 'vitest'
import { vp8Quantiser } from './vp8.js'

const data = Uint8Array.from({ length: 96 * 64 * 3 }, (_, i) => (i * 2654435761) >>> 24)
const noise = () => sharp(data, { raw: { width: 96, height: 64, channels: 3 } })

test('falls as quality rises', async () => {
  const found: number[] = []
  for (const quality of [20, 40, 60, 80, 95]) found.push(vp8Quantiser(await noise().webp({ quality }).toBuffer()) ?? -1)
  expect(found).toEqual([...found].sort((a, b) => b - a))
  expect(found[0]).toBeGreaterThan((found[4] ?? 0) + 20)
  for (const value of found) expect(value).toBeGreaterThanOrEqual(0)
})

test('a lossless picture has none', async () => {
  expect(vp8Quantiser(await noise().webp({ lossless: true }).toBuffer())).toBeNull()
})
