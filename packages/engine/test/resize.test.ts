import { readFile } from 'node:fs/promises'
import { type CompressOptions, createEngine, inspect, type Resize, resizedDimensions } from '@compress-fast/engine'
import sharp, { type Sharp } from 'sharp'
import { afterAll, describe, expect, test } from 'vitest'
import { readExif } from '../src/metadata/exif.js'
import { readJpegMetadata } from '../src/metadata/jpeg.js'
import { prepareReference, score } from '../src/metric/ssimulacra2.js'
import { decodeResized } from '../src/resize/resample.js'
import { animation, image, photo, type Raw, screenshot } from './images.js'

const engine = createEngine({ concurrency: 2 })
afterAll(() => engine.close())

const fixture = (name: string): Promise<Buffer> => readFile(new URL(`../../../test/fixtures/${name}`, import.meta.url))

/** Pictures of each format that is resized, large enough for their codecs. */
const sources: Record<string, () => Promise<Uint8Array>> = {
  'photo jpeg': () => image(photo(400, 300)).jpeg({ quality: 95 }).toBuffer(),
  'turned jpeg': () => image(photo(400, 300)).withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toBuffer(),
  'grey jpeg': () => image(photo(400, 300)).toColourspace('b-w').jpeg({ quality: 95 }).toBuffer(),
  'jpeg in display p3': () => image(photo(400, 300)).withIccProfile('p3').jpeg({ quality: 95 }).toBuffer(),
  'photo png': () => image(photo(240, 160)).png().toBuffer(),
  'png with soft alpha': () =>
    image(photo(240, 160, 4))
      .png()
      .toBuffer(),
  'screenshot png': () => image(screenshot(400, 300)).png().toBuffer(),
  'grey png': () => image(photo(240, 160)).toColourspace('b-w').png().toBuffer(),
  'palette png': () => image(screenshot(400, 300)).png({ palette: true }).toBuffer(),
  '16-bit png': () => image(photo(120, 90)).toColourspace('rgb16').png().toBuffer(),
  'lossy webp': () => image(photo(800, 600)).webp({ quality: 98 }).toBuffer(),
  'lossless webp with alpha': () =>
    image(photo(240, 160, 4))
      .webp({ lossless: true })
      .toBuffer(),
  'animated webp': () =>
    animation(160, 96, 4)
      .webp({ quality: 97, delay: [50, 60, 70, 80], loop: 3 })
      .toBuffer(),
  avif: () => image(photo(400, 300)).avif({ quality: 95, effort: 0, chromaSubsampling: '4:4:4' }).toBuffer(),
}

/** Longest edges of those that take more bytes at 100 pixels than their source. */
const edges: Partial<Record<string, number>> = { '16-bit png': 60, 'lossy webp': 320, avif: 200 }

/** What sharp makes of the picture, frame by frame: stored numbers at exactly this size. */
async function reference(source: Uint8Array, resize: Resize): Promise<Raw[]> {
  const { pages = 1, width, pageHeight, height } = await sharp(source).metadata()
  const size = resizedDimensions(width, pageHeight ?? height, resize)
  return Promise.all(
    Array.from({ length: pages }, async (_, page) => {
      const still = await sharp(source, { page, ignoreIcc: true }).toColourspace('srgb').png().toBuffer()
      return raw(sharp(still).resize({ ...size, fit: 'fill', kernel: 'lanczos3', fastShrinkOnLoad: false }))
    }),
  )
}

async function frames(source: Uint8Array): Promise<Raw[]> {
  const { pages = 1 } = await sharp(source).metadata()
  return Promise.all(Array.from({ length: pages }, (_, page) => raw(sharp(source, { page, ignoreIcc: true }))))
}

async function raw(picture: Sharp): Promise<Raw> {
  const { data, info } = await picture.toColourspace('srgb').ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height, channels: 4 }
}

/** Largest difference between two pictures where both can be seen. */
function largestDifference(a: Raw, b: Raw): number {
  expect([b.width, b.height]).toEqual([a.width, a.height])
  let most = 0
  for (let i = 0; i < a.data.length; i += 1) {
    const alpha = i | 3
    if (i !== alpha && a.data[alpha] === 0 && b.data[alpha] === 0) continue
    most = Math.max(most, Math.abs((a.data[i] ?? 0) - (b.data[i] ?? 0)))
  }
  return most
}

async function resized(source: Uint8Array, options: CompressOptions & { resize: Resize }) {
  const result = await engine.compress(source, options)
  expect(result).toMatchObject({ changed: true, reason: null, detail: null })
  expect(result.bytes.length).toBeLessThan(source.length)
  const [before, after] = [inspect(source), inspect(result.bytes)]
  const { width, height } = before ?? { width: 0, height: 0 }
  expect(after).toMatchObject(resizedDimensions(width, height, options.resize))
  for (const key of ['format', 'frames', 'loop', 'delays', 'orientation', 'colour', 'bitDepth'] as const) {
    expect(after?.[key], key).toEqual(before?.[key])
  }
  return result
}

describe.each(Object.entries(sources))('%s', (name, make) => {
  test('is what sharp resizes it to, at the score that was asked for', async () => {
    const source = await make()
    const options = { resize: { longestEdge: edges[name] ?? 100 }, quality: 'small' } as const
    const result = await resized(source, options)
    const wanted = await reference(source, options.resize)
    for (const [index, frame] of (await frames(result.bytes)).entries()) {
      const expected = wanted[index] ?? frame
      // Half a point for the sample and the rounding of other decoders.
      expect(score(prepareReference(expected), frame), `frame ${index}`).toBeGreaterThanOrEqual(69.5)
    }
    await expect(engine.verify(source, result.bytes, options)).resolves.toEqual({ ok: true })
    await expect(engine.verify(source, result.bytes)).resolves.toMatchObject({ ok: false })
    const again = await engine.compress(result.bytes, options)
    expect(again).toMatchObject({ changed: false, reason: 'no-gain' })
    expect((await engine.compress(source, options)).bytes).toEqual(result.bytes)
  })

  test('a percentage is one of the source, once and for all', async () => {
    const source = await make()
    for (const metadata of ['none', 'all'] as const) {
      const options = { resize: { percent: 50 }, quality: 'small', metadata } as const
      const result = await engine.compress(source, options)
      expect(result.changed).toBe(true)
      expect(inspect(result.bytes)).toMatchObject(resizedDimensions(...sizeOf(source), options.resize))
      const again = await engine.compress(result.bytes, { ...options, quality: 'lossless' })
      expect(sizeOf(again.bytes)).toEqual(sizeOf(result.bytes))
    }
  })
})

function sizeOf(bytes: Uint8Array): [number, number] {
  const facts = inspect(bytes)
  return [facts?.width ?? 0, facts?.height ?? 0]
}

describe('without further loss', () => {
  const exact = ['photo png', 'png with soft alpha', 'grey png', '16-bit png', 'lossless webp with alpha']
  test.each(exact)('%s has the very pixels', async (name) => {
    const source = (await sources[name]?.()) ?? new Uint8Array()
    const resize = { percent: 40 }
    const result = await resized(source, { resize, quality: 'lossless' })
    expect(result.quality).toBe(100)
    const [[expected], [found]] = [await reference(source, resize), await frames(result.bytes)]
    if (expected === undefined || found === undefined) throw new Error('no frames')
    // Sixteen bits become eight here before and there after resizing.
    expect(largestDifference(expected, found)).toBeLessThanOrEqual(name === '16-bit png' ? 1 : 0)
  })

  test.each(['photo jpeg', 'grey jpeg'])('%s is as fine as a JPEG can be, and says how fine', async (name) => {
    const source = (await sources[name]?.()) ?? new Uint8Array()
    const resize = { percent: 40 }
    const result = await resized(source, { resize, quality: 'lossless' })
    const [[expected], [found]] = [await reference(source, resize), await frames(result.bytes)]
    if (expected === undefined || found === undefined) throw new Error('no frames')
    expect(largestDifference(expected, found)).toBeLessThanOrEqual(6)
    expect(result.quality).toBeCloseTo(score(prepareReference(expected), found), 0)
    expect(result.quality).toBeGreaterThan(90)
    expect((await sharp(result.bytes).metadata()).chromaSubsampling).toBe('4:4:4')
  })
})

describe('how it is resized', () => {
  test('transparent colours do not bleed into visible ones', async () => {
    const data = Buffer.from(
      Array.from({ length: 128 * 96 }, (_, i) => (i % 128 < 61 ? [200, 0, 0, 255] : [0, 255, 0, 0])).flat(),
    )
    const source = await image({ data, width: 128, height: 96, channels: 4 }).png({ compressionLevel: 0 }).toBuffer()
    const result = await resized(source, { resize: { percent: 30 }, quality: 'lossless' })
    const [found] = await frames(result.bytes)
    for (let i = 0; i < (found?.data.length ?? 0); i += 4) {
      if ((found?.data[i + 3] ?? 0) > 8) expect(found?.data[i + 1]).toBeLessThanOrEqual(8)
    }
  })

  test('frames of an animation do not bleed into each other', async () => {
    const bars = [0, 255, 0].map((value) => Buffer.alloc(64 * 48 * 3, value))
    const tall = sharp(Buffer.concat(bars), { raw: { width: 64, height: 144, channels: 3, pageHeight: 48 } })
    const source = await tall.webp({ lossless: true, delay: [40, 40, 40] }).toBuffer()
    const facts = inspect(source)
    if (facts?.frames !== 3) throw new Error('no frames')
    const { data } = await decodeResized(source, facts, { width: 20, height: 15 })
    const size = data.length / 3
    for (const [index, value] of [0, 255, 0].entries()) {
      const colours = data.subarray(index * size, (index + 1) * size).filter((_, i) => size / 300 === 3 || i % 4 < 3)
      expect(new Set(colours)).toEqual(new Set([value]))
    }
  })

  test('EXIF tells the new size, and stays apart from that', async () => {
    const source = await image(photo(400, 300))
      .withExif({ IFD0: { Copyright: 'Me' }, IFD2: { PixelXDimension: '400', PixelYDimension: '300' } })
      .jpeg({ quality: 95 })
      .toBuffer()
    const { bytes } = await resized(source, { resize: { longestEdge: 200 }, metadata: 'all' })
    const exif = Buffer.from(readJpegMetadata(bytes).exif ?? [])
    expect(readExif(exif).copyright).toBe('Me')
    // Tag 0xa002 and 0xa003 as libexif writes them: a long, little-endian.
    expect(exif.includes(Buffer.from('02a0' + '0400' + '01000000' + 'c8000000', 'hex'))).toBe(true)
    expect(exif.includes(Buffer.from('03a0' + '0400' + '01000000' + '96000000', 'hex'))).toBe(true)
  })
})

describe('what is left alone', () => {
  test.each(['still.gif', 'animated.png', 'cmyk.jpg', 'icon.svg'])('%s gets smaller at its size', async (name) => {
    const source = await fixture(name)
    const options = { resize: { longestEdge: 40 }, effort: 'fast' } as const
    const result = await engine.compress(source, options)
    expect(result.bytes).toEqual((await engine.compress(source, { effort: 'fast' })).bytes)
    expect(sizeOf(result.bytes)).toEqual(sizeOf(source))
    await expect(engine.verify(source, result.bytes, options)).resolves.toEqual({ ok: true })
  })

  test('what is small enough is compressed as ever', async () => {
    const source = await image(photo(200, 150)).jpeg({ quality: 95 }).toBuffer()
    const plain = await engine.compress(source)
    for (const resize of ['4k', '720p', { longestEdge: 200 }] as const) {
      expect((await engine.compress(source, { resize })).bytes).toEqual(plain.bytes)
    }
  })

  test('what takes more bytes when it is resized stays as it was', async () => {
    // Four colours in steps of a pixel: smaller, the edges between them get all colours in between.
    const source = await image(screenshot(300, 220)).png({ palette: true, colours: 4, effort: 10 }).toBuffer()
    const result = await engine.compress(source, { resize: { longestEdge: 299 }, quality: 'lossless' })
    expect(result).toMatchObject({ changed: false, reason: 'no-gain' })
    expect(result.bytes).toBe(source)
  })
})

test.each([
  ['8k', "'8k'"],
  [{ longestEdge: 0 }, '{"longestEdge":0}'],
  [1600, '1600'],
])('a resize of %o is a mistake', async (resize, told) => {
  await expect(engine.compress(new Uint8Array(), { resize: resize as Resize })).rejects.toThrow(
    `resize must be '4k', '2k', '1080p', '720p', { longestEdge: 1 to 10000 } or { percent: 1 to 99 }, in whole numbers, not ${told}`,
  )
})
