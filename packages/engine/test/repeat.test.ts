import { createEngine, type Quality } from '@compress-fast/engine'
import { afterAll, expect, test } from 'vitest'
import { animation, image, photo, screenshot } from './images.js'

const engine = createEngine({ concurrency: 2 })
afterAll(() => engine.close())

const sources: Record<string, () => Promise<Uint8Array>> = {
  jpeg: () => image(photo(280, 200)).jpeg({ quality: 96 }).toBuffer(),
  'full chroma jpeg': () => image(screenshot(300, 200)).jpeg({ quality: 96, chromaSubsampling: '4:4:4' }).toBuffer(),
  'photo png': () => image(photo(200, 150)).png().toBuffer(),
  'screenshot png': () => image(screenshot(300, 200)).png({ compressionLevel: 2 }).toBuffer(),
  'lossy webp': () => image(photo(280, 200)).webp({ quality: 99 }).toBuffer(),
  'lossless webp': () => image(photo(200, 150)).webp({ lossless: true, effort: 0 }).toBuffer(),
  avif: () => image(photo(200, 150)).avif({ quality: 95, effort: 0, chromaSubsampling: '4:4:4' }).toBuffer(),
  gif: () => animation(64, 48, 4).gif().toBuffer(),
}

const levels = (['balanced', 'high', 'small'] as const).flatMap((quality) =>
  // What takes longest is tried at the default only.
  Object.keys(sources)
    .filter((name) => quality === 'balanced' || !/avif|lossy|chroma/.test(name))
    .map((name) => [name, quality] as const),
)

test.each<readonly [string, Quality]>(levels)(
  '%s: a second and third pass at %s change nothing',
  async (name, quality) => {
    const source = await sources[name]?.()
    const first = await engine.compress(source ?? new Uint8Array(), { quality })
    const second = await engine.compress(first.bytes, { quality })
    const third = await engine.compress(second.bytes, { quality })
    expect({ changed: second.changed, reason: second.reason }).toEqual({ changed: false, reason: 'no-gain' })
    expect(third.changed).toBe(false)
  },
)

test.each(Object.keys(sources).filter((name) => !/avif|chroma/.test(name)))(
  '%s: nor does one at effort fast',
  async (name) => {
    const source = await sources[name]?.()
    const first = await engine.compress(source ?? new Uint8Array(), { effort: 'fast' })
    const second = await engine.compress(first.bytes, { effort: 'fast' })
    expect({ changed: second.changed, reason: second.reason }).toEqual({ changed: false, reason: 'no-gain' })
  },
)

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
