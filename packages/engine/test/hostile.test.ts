import { crc32 } from 'node:zlib'
import { compress, createEngine, inspect } from '@compress-fast/engine'
import { afterAll, describe, expect, test } from 'vitest'
import { image, photo, randomOf } from './images.js'
import { apng, bmp, flat, ico, iconBitmap, rgbFields, rgbOf, smooth, tiff } from './more-images.js'

const engine = createEngine({ concurrency: 2, deadlineMs: 20_000 })
afterAll(() => engine.close())

const jpeg = () => image(photo(160, 120)).jpeg({ quality: 95 }).toBuffer()
const png = () => image(photo(96, 64)).png().toBuffer()

test('a truncated file is broken, and is handed back as it came', async () => {
  for (const source of [await jpeg(), await png()]) {
    for (const share of [0.3, 0.7, 0.99]) {
      const cut = source.subarray(0, Math.floor(source.length * share))
      const result = await engine.compress(cut)
      expect(result).toMatchObject({ changed: false, reason: 'broken', quality: null })
      expect(result.bytes).toBe(cut)
    }
  }
})

test('what is no image is not supported, unless somebody said it is one', async () => {
  const text = new TextEncoder().encode('hello')
  const empty = new Uint8Array()
  expect(await engine.compress(empty)).toMatchObject({ format: null, reason: 'unsupported-format' })
  expect(await engine.compress(text)).toMatchObject({ format: null, reason: 'unsupported-format' })
  expect(await engine.compress(text, { format: 'png' })).toMatchObject({ format: 'png', reason: 'broken' })
  expect(await engine.compress(empty, { format: 'jpeg' })).toMatchObject({ reason: 'broken' })
})

test('content decides, whatever the caller calls it', async () => {
  expect(await engine.compress(await png(), { format: 'jpeg' })).toMatchObject({ format: 'png', changed: true })
})

describe('bombs are told from their header, without a process', () => {
  const idle = createEngine()

  test('a PNG of 65,500² pixels', async () => {
    const bomb = Buffer.from(await png())
    bomb.writeUInt32BE(65_500, 16)
    bomb.writeUInt32BE(65_500, 20)
    bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29)
    expect(await idle.compress(bomb)).toMatchObject({ changed: false, reason: 'too-many-pixels' })
    expect(idle.pids()).toEqual([])
  })

  test('a JPEG of 65,500² pixels', async () => {
    const bomb = Buffer.from(await jpeg())
    const frame =
      [0xc0, 0xc1, 0xc2].map((marker) => bomb.indexOf(Buffer.from([0xff, marker]))).find((at) => at > 0) ?? 0
    bomb.writeUInt16BE(65_500, frame + 5)
    bomb.writeUInt16BE(65_500, frame + 7)
    expect(await idle.compress(bomb)).toMatchObject({ changed: false, reason: 'too-many-pixels' })
    expect(idle.pids()).toEqual([])
  })

  test('a TIFF, a BMP and an icon of 65,500² pixels', async () => {
    const page = flat(16, 16)
    const bombs = [
      tiff([{ fields: rgbFields({ ...page, width: 65_500, height: 65_500 }), pixels: rgbOf(page) }]),
      Buffer.from(bmp(page)),
      ico([{ size: 16, data: iconBitmap(page) }]),
    ] as const
    for (const [at, size] of [
      [18, 65_500],
      [22, 65_500],
    ] as const)
      bombs[1].writeUInt32LE(size, at)
    for (const [at, size] of [
      [26, 65_500],
      [30, 131_000],
    ] as const)
      bombs[2].writeUInt32LE(size, at)
    const reasons = await Promise.all(bombs.map(async (bomb) => (await idle.compress(bomb)).reason))
    // A bitmap without compression tells already that it is cut short.
    expect(reasons).toEqual(['too-many-pixels', 'broken', 'too-many-pixels'])
    expect(idle.pids()).toEqual([])
  })

  test('the limit is the caller’s', async () => {
    const source = await png()
    const strict = createEngine({ maxPixels: 96 * 64 - 1 })
    expect(await strict.compress(source)).toMatchObject({ reason: 'too-many-pixels' })
    expect(strict.pids()).toEqual([])
  })
})

test('deeply nested and entity-laden SVGs end without harm', async () => {
  const nested = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">${'<g>'.repeat(20_000)}${'</g>'.repeat(20_000)}</svg>`
  const entities = `<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&b;</text></svg>`
  for (const text of [nested, entities]) {
    const source = new TextEncoder().encode(text)
    const result = await engine.compress(source)
    expect(result.changed ? result.bytes.length : 0).toBeLessThan(source.length)
  }
})

test('wrong arguments are the only thing that rejects', async () => {
  await expect(compress('text' as never)).rejects.toThrow(/bytes/)
  await expect(compress(new Uint8Array(), { quality: 0 })).rejects.toThrow(/quality/)
  await expect(compress(new Uint8Array(), { quality: 'best' as never })).rejects.toThrow(/quality/)
  await expect(compress(new Uint8Array(), { effort: 'some' as never })).rejects.toThrow(/effort/)
  await expect(compress(new Uint8Array(), { metadata: 1 as never })).rejects.toThrow(/metadata/)
  expect(() => createEngine({ concurrency: 0 })).toThrow(/concurrency/)
  expect(() => createEngine({ maxPixels: Number.NaN })).toThrow(/maxPixels/)
})

test('damaged files come back as they are or as sound ones', async () => {
  const seed = 20_260_401
  const random = randomOf(seed)
  const sources = await Promise.all([
    jpeg(),
    png(),
    image(photo(64, 64)).webp().toBuffer(),
    image(photo(64, 64)).gif().toBuffer(),
    image(photo(64, 64)).avif({ effort: 0 }).toBuffer(),
    apng(
      32,
      32,
      0,
      [0, 8].map((at) => ({ rect: [at, at, 32 - at, 32 - at], picture: smooth(32 - at, 32 - at) })),
    ),
    image(photo(64, 64)).tiff({ compression: 'lzw' }).toBuffer(),
    image(photo(64, 64)).tiff({ compression: 'deflate', tile: true, tileWidth: 32, tileHeight: 32 }).toBuffer(),
    bmp(flat(64, 64), 32),
    ico([32, 16].map((size) => ({ size, data: iconBitmap(flat(size, size)) }))),
  ])
  for (let round = 0; round < 80; round += 1) {
    const damaged = Buffer.from(sources[round % sources.length] ?? [])
    for (let i = 0; i < 3; i += 1) damaged[Math.floor(random() * damaged.length)] = Math.floor(random() * 256)
    const result = await engine.compress(damaged, { effort: 'fast' })
    if (!result.changed) expect(result.bytes, `seed ${seed}, round ${round}`).toBe(damaged)
    else expect(inspect(result.bytes)?.width, `seed ${seed}, round ${round}`).toBe(inspect(damaged)?.width)
    expect(['timeout', 'crashed', 'quarantined'], `seed ${seed}, round ${round}: ${result.detail}`).not.toContain(
      result.reason,
    )
  }
})
