import { createEngine, inspect } from '@compress-fast/engine'
import sharp from 'sharp'
import { afterAll, describe, expect, test } from 'vitest'
import { be32, pngChunk } from './image-parts.js'
import { animation, image, photo, pixels } from './images.js'

const engine = createEngine({ concurrency: 2 })
afterAll(() => engine.close())

describe('animations', () => {
  test('a WebP that is encoded again keeps its delays and its loop', async () => {
    const delay = [40, 120, 200, 80]
    const source = await animation(120, 90, 4).webp({ quality: 99, delay, loop: 3 }).toBuffer()
    const result = await engine.compress(source)
    expect(result).toMatchObject({ changed: true, reason: null })
    expect(result.quality).toBeGreaterThanOrEqual(80)
    expect(inspect(result.bytes)).toMatchObject({ frames: 4, loop: 3, delays: delay })
    const { pages, delay: read, loop } = await sharp(result.bytes, { animated: true }).metadata()
    expect({ pages, read, loop }).toEqual({ pages: 4, read: delay, loop: 3 })
  })

  test('an APNG keeps every frame', async () => {
    const first = await image(photo(60, 40, 3, 1))
      .png({ compressionLevel: 0 })
      .toBuffer()
    const second = await image(photo(60, 40, 3, 2))
      .png({ compressionLevel: 0 })
      .toBuffer()
    const source = movingPng(first, second)
    const result = await engine.compress(source)
    expect(result).toMatchObject({ changed: true, quality: 100 })
    expect(inspect(result.bytes)).toMatchObject({ frames: 2, loop: 5, delays: [70, 70] })
    expect((await pixels(result.bytes)).data.equals((await pixels(source)).data)).toBe(true)
    // The second frame as a picture of its own: its data chunk without the sequence number.
    const [data] = chunksOf(result.bytes, 'fdAT')
    const shown = withData(second, data?.subarray(4) ?? Buffer.alloc(0))
    expect((await pixels(shown)).data.equals((await pixels(second)).data)).toBe(true)
  })

  test('an AVIF sequence is left alone', async () => {
    const still = await image(photo(64, 48)).avif({ effort: 0 }).toBuffer()
    const sequence = Buffer.from(still)
    sequence.write('avis', sequence.indexOf('avif'), 'latin1')
    expect(await engine.compress(sequence)).toMatchObject({ changed: false, reason: 'animated' })
  })
})

describe('colour models', () => {
  test('a CMYK JPEG keeps its inks to the last level', async () => {
    const source = await image(photo(200, 150)).toColourspace('cmyk').jpeg({ quality: 97 }).toBuffer()
    expect(inspect(source)?.model).toBe('cmyk')
    const result = await engine.compress(source)
    expect(result).toMatchObject({ changed: true, quality: 100 })
    expect(inspect(result.bytes)?.model).toBe('cmyk')
    expect((await inks(result.bytes)).equals(await inks(source))).toBe(true)
  })

  test('a grey JPEG stays grey, or a grey profile would no longer fit it', async () => {
    const source = await image(photo(300, 200)).toColourspace('b-w').jpeg({ quality: 97 }).toBuffer()
    const result = await engine.compress(source)
    expect(result.changed).toBe(true)
    expect(inspect(result.bytes)?.model).toBe('grey')
  })
})

/** Ink levels as stored. */
function inks(bytes: Uint8Array): Promise<Buffer> {
  return sharp(bytes, { ignoreIcc: true }).pipelineColourspace('cmyk').toColourspace('cmyk').raw().toBuffer()
}

/** Two pictures of equal size as an APNG that plays five times, 70 ms each. */
function movingPng(first: Buffer, second: Buffer): Buffer {
  const size = first.subarray(16, 24)
  const control = (sequence: number) =>
    pngChunk(
      'fcTL',
      Buffer.concat([be32(sequence), size, be32(0), be32(0), Buffer.of(0, 70, 1000 >> 8, 1000 & 255), Buffer.alloc(2)]),
    )
  return Buffer.concat([
    first.subarray(0, 33),
    pngChunk('acTL', Buffer.concat([be32(2), be32(5)])),
    control(0),
    pngChunk('IDAT', Buffer.concat(chunksOf(first, 'IDAT'))),
    control(1),
    pngChunk('fdAT', Buffer.concat([be32(2), ...chunksOf(second, 'IDAT')])),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}

/** A PNG with other picture data. */
function withData(png: Buffer, data: Buffer): Buffer {
  return Buffer.concat([png.subarray(0, 33), pngChunk('IDAT', data), pngChunk('IEND', Buffer.alloc(0))])
}

/** Contents of the chunks of one type. */
function chunksOf(bytes: Uint8Array, type: string): Buffer[] {
  const png = Buffer.from(bytes)
  const found: Buffer[] = []
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString('latin1', at + 4, at + 8) === type) found.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)))
  }
  return found
}
