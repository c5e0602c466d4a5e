import { createEngine, type Quality } from '@compress-fast/engine'
import { afterAll, describe, expect, test } from 'vitest'
import { animation, image, photo, screenshot } from './images.js'

const engine = createEngine({ concurrency: 2 })
afterAll(() => engine.close())

const sources: Record<string, () => Promise<Uint8Array>> = {
  jpeg: () => image(photo(400, 300)).jpeg({ quality: 96 }).toBuffer(),
  'full chroma jpeg': () => image(screenshot(300, 200)).jpeg({ quality: 96, chromaSubsampling: '4:4:4' }).toBuffer(),
  'photo png': () => image(photo(200, 150)).png().toBuffer(),
  'screenshot png': () => image(screenshot(300, 200)).png({ compressionLevel: 2 }).toBuffer(),
  'lossy webp': () => image(photo(400, 300)).webp({ quality: 99 }).toBuffer(),
  'lossless webp': () => image(photo(200, 150)).webp({ lossless: true, effort: 0 }).toBuffer(),
  avif: () => image(photo(200, 150)).avif({ quality: 95, effort: 0, chromaSubsampling: '4:4:4' }).toBuffer(),
  gif: () => animation(64, 48, 4).gif().toBuffer(),
}

describe.each(Object.entries(sources))('%s', (_, make) => {
  test.each<Quality>(['balanced', 'high', 'small'])('a second and third pass at %s change nothing', async (quality) => {
    const first = await engine.compress(await make(), { quality })
    const second = await engine.compress(first.bytes, { quality })
    const third = await engine.compress(second.bytes, { quality })
    expect({ changed: second.changed, reason: second.reason }).toEqual({ changed: false, reason: 'no-gain' })
    expect(third.changed).toBe(false)
  })
})

test('the same input gives the same bytes, alone and in a crowd', async () => {
  const inputs = await Promise.all(Object.values(sources).map((make) => make()))
  const single = createEngine({ concurrency: 1 })
  const crowd = createEngine({ concurrency: 4 })
  const one = await Promise.all(inputs.map((bytes) => single.compress(bytes)))
  const four = await Promise.all([...inputs, ...inputs].map((bytes) => crowd.compress(bytes)))
  await Promise.all([single.close(), crowd.close()])
  for (const [i, result] of four.entries()) {
    expect(Buffer.compare(result.bytes, one[i % one.length]?.bytes ?? new Uint8Array())).toBe(0)
  }
})
