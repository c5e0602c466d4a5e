import { createEngine, inspect } from '@compress-fast/engine'
import sharp from 'sharp'
import { afterAll, describe, expect, test } from 'vitest'
import { densityExif, jpegSegment, withSegments } from './image-parts.js'
import { animation, image, photo, pixels, screenshot } from './images.js'

const engine = createEngine({ concurrency: 2 })
afterAll(() => engine.close())

const drawing = `<?xml version="1.0"?><!-- made by hand --><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 80" width="100" height="80">
  <title>Kept</title>
  <g id="used"><rect x="10.123456" y="20.000" width="30.00000" height="40.98765432" fill="#ff0000"/></g>
  <path d="M 10.12345678 10.98765432 L 90.12345678 10.98765432 L 90.00000 70.00000 Z" fill="#0000ff" data-x="1"/>
</svg>`

/** One large, wasteful file of each kind. */
const sources: Record<string, () => Promise<Uint8Array>> = {
  'photo jpeg': () => image(photo(400, 300)).jpeg({ quality: 97, chromaSubsampling: '4:4:4' }).toBuffer(),
  'grey jpeg': () => image(photo(300, 200)).toColourspace('b-w').jpeg({ quality: 97 }).toBuffer(),
  'photo png': () => image(photo(256, 192)).png({ compressionLevel: 6 }).toBuffer(),
  'png with soft alpha': () =>
    image(photo(200, 200, 4))
      .png()
      .toBuffer(),
  'screenshot png': () => image(screenshot(400, 300)).png({ compressionLevel: 1 }).toBuffer(),
  '16-bit png': () => image(photo(120, 90)).toColourspace('rgb16').png({ compressionLevel: 0 }).toBuffer(),
  'animated gif': () =>
    animation(96, 64, 6)
      .gif({ delay: [50, 60, 70, 80, 90, 100], loop: 3 })
      .toBuffer(),
  'lossy webp': () => image(photo(400, 300)).webp({ quality: 99 }).toBuffer(),
  'lossless webp with alpha': () =>
    image(photo(200, 200, 4))
      .webp({ lossless: true, effort: 0 })
      .toBuffer(),
  avif: () => image(photo(320, 240)).avif({ quality: 95, effort: 0, chromaSubsampling: '4:4:4' }).toBuffer(),
  svg: async () => new TextEncoder().encode(drawing),
}

describe.each(Object.entries(sources))('%s', (_, make) => {
  test('gets smaller and stays the same picture', async () => {
    const source = await make()
    const result = await engine.compress(source)
    expect(result).toMatchObject({ changed: true, reason: null, detail: null })
    expect(result.bytes.length).toBeLessThan(source.length)
    if (result.quality !== null) expect(result.quality).toBeGreaterThanOrEqual(79)
    const [before, after] = [inspect(source), inspect(result.bytes)]
    for (const key of ['format', 'width', 'height', 'frames', 'loop', 'delays', 'orientation', 'colour'] as const) {
      expect(after?.[key], key).toEqual(before?.[key])
    }
    const [left, right] = [await pixels(source), await pixels(result.bytes)]
    expect([right.width, right.height]).toEqual([left.width, left.height])
    expect(largestAlphaShift(left.data, right.data)).toBeLessThan(80)
    await expect(engine.verify(source, result.bytes)).resolves.toEqual({ ok: true })
  })

  test('keeps every pixel when asked to', async () => {
    const source = await make()
    const result = await engine.compress(source, { quality: 'lossless' })
    expect(result.bytes.length).toBeLessThanOrEqual(source.length)
    const [left, right] = [await pixels(source), await pixels(result.bytes)]
    expect(shown(right.data).equals(shown(left.data))).toBe(true)
    if (result.changed) expect(result.quality).toBe(100)
  })
})

describe('what a picture is read with', () => {
  test.each(['jpeg', 'png', 'webp'] as const)('%s keeps its colour profile and orientation', async (format) => {
    const wide = image(photo(300, 200)).withMetadata({ orientation: 6 }).withIccProfile('p3')
    const source = await wide[format]({ quality: 98 }).toBuffer()
    const result = await engine.compress(source)
    expect(result.changed).toBe(true)
    const facts = inspect(result.bytes)
    expect(facts?.orientation).toBe(6)
    expect(facts?.colour).toMatch(/^icc:/)
    expect((await sharp(result.bytes).metadata()).icc).toEqual((await sharp(source).metadata()).icc)
  })

  test('copyright stays unless nothing shall', async () => {
    const source = await image(photo(300, 200))
      .withExif({ IFD0: { Copyright: 'Somebody' } })
      .jpeg({ quality: 97 })
      .toBuffer()
    const holds = async (metadata: 'safe' | 'none' | 'all') =>
      Buffer.from((await engine.compress(source, { metadata })).bytes).includes('Somebody')
    expect([await holds('safe'), await holds('all'), await holds('none')]).toEqual([true, true, false])
  })

  test('an SVG keeps what others may refer to', async () => {
    const text = new TextDecoder().decode((await engine.compress(new TextEncoder().encode(drawing))).bytes)
    for (const part of ['viewBox="0 0 100 80"', '<title>Kept</title>', 'id="used"', 'data-x="1"', 'xmlns=']) {
      expect(text).toContain(part)
    }
    expect(text).not.toContain('made by hand')
  })

  test('an SVG with a script keeps its numbers', async () => {
    const active = drawing.replace('<title>', '<script>go(1.23456789)</script><title>')
    const { bytes, changed } = await engine.compress(new TextEncoder().encode(active))
    expect(changed).toBe(true)
    expect(new TextDecoder().decode(bytes)).toContain('40.98765432')
  })

  test('an SVG that refers to other files is left alone', async () => {
    const external = drawing.replace('<title>', '<image href="file:///etc/hostname" width="9" height="9"/><title>')
    expect(await engine.compress(new TextEncoder().encode(external))).toMatchObject({ reason: 'active-content' })
  })
})

test('foreign results are told apart', async () => {
  const opaque = await image(photo(64, 48)).png().toBuffer()
  const clear = await image(photo(64, 48, 4))
    .png()
    .toBuffer()
  const small = await image(photo(63, 48)).png().toBuffer()
  const broken = opaque.subarray(0, opaque.length - 30)
  const jpeg = await image(photo(64, 48)).jpeg().toBuffer()
  const verdicts = await Promise.all([clear, small, broken, jpeg].map((result) => engine.verify(opaque, result)))
  expect(verdicts.map((verdict) => verdict.ok)).toEqual([false, false, false, false])
  expect(await engine.verify(opaque, opaque)).toEqual({ ok: true })
})

function largestAlphaShift(a: Buffer, b: Buffer): number {
  let largest = 0
  for (let i = 3; i < a.length; i += 4) largest = Math.max(largest, Math.abs((a[i] ?? 0) - (b[i] ?? 0)))
  return largest
}

/** Colour under full transparency is not shown. */
function shown(rgba: Buffer): Buffer {
  const copy = Buffer.from(rgba)
  for (let i = 0; i < copy.length; i += 4) if (copy[i + 3] === 0) copy.fill(0, i, i + 3)
  return copy
}

test('a JPEG that is shown in another size than its pixels stays one', async () => {
  const exif = jpegSegment(0xe1, 'Exif\0\0', densityExif(144, 144, 2, 128, 96))
  const bytes = withSegments(await image(photo(256, 192)).jpeg({ quality: 95 }).toBuffer(), exif)
  expect(await engine.compress(bytes)).toMatchObject({ changed: false, reason: 'embedded-data' })
  const { bytes: smaller, changed } = await engine.compress(bytes, { metadata: 'all' })
  expect(changed).toBe(true)
  expect(inspect(smaller)?.traits).toEqual(inspect(bytes)?.traits)
})
