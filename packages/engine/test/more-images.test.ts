import { createEngine, inspect, sniff } from '@compress-fast/engine'
import sharp from 'sharp'
import { afterAll, describe, expect, test } from 'vitest'
import { chromiumPath, runInBrowser } from '../../../test/browser.js'
import { decodedImages } from './decoded-images.mjs'
import { box } from './image-parts.js'
import { image, photo } from './images.js'
import {
  apng,
  bmp,
  flat,
  ico,
  iconBitmap,
  oldIconBitmap,
  type Picture,
  paint,
  rgbFields,
  rgbOf,
  runLengthBmp,
  smooth,
  type TiffPart,
  tiff,
} from './more-images.js'

const engine = createEngine({ concurrency: 2 })
afterAll(() => engine.close())

/** A disc with soft edges on nothing, as icons are. */
const disc = (size: number, x0 = size / 2): Picture =>
  paint(size, size, (x, y) => {
    const alpha = Math.max(0, Math.min(255, (size / 2.5 - Math.hypot(x - x0, y - size / 2)) * 90))
    return alpha === 0 ? [0, 0, 0, 0] : [200, (y >> 1) * 9, 60, Math.round(alpha)]
  })
const hardDisc = (size: number): Picture =>
  paint(size, size, (x, y) => (Math.hypot(x - size / 2, y - size / 2) < size / 2.5 ? [9, 99, 200, 255] : [0, 0, 0, 0]))
/** A square on a photo-like ground. */
const scene = (at: number): Picture =>
  paint(80, 60, (x, y) =>
    x >= at && x < at + 12 && y > 20 && y < 32 ? [255, 40, 40, 255] : [x * 3, y * 4, (x * y) & 255, 255],
  )

const sources: Record<string, () => Promise<Buffer> | Buffer> = {
  'apng of whole frames': () =>
    apng(
      80,
      60,
      3,
      [0, 6, 12, 12, 30].map((at, i) => ({ rect: [0, 0, 80, 60], delay: [i + 1, 30], picture: scene(at) })),
    ),
  'apng with disposal, blending and a still picture': () =>
    apng(
      64,
      48,
      0,
      [
        { rect: [8, 8, 32, 32], picture: disc(32), disposal: 2 },
        { rect: [16, 10, 32, 32], picture: disc(32, 10), disposal: 1, delay: [3, 0] },
        { rect: [0, 0, 64, 48], picture: paint(64, 48, (x) => [x * 4, 9, 9, 255]) },
        { rect: [20, 4, 32, 32], picture: hardDisc(32), disposal: 2, blend: 1 },
        { rect: [0, 0, 16, 16], picture: hardDisc(16), blend: 1 },
      ],
      smooth(64, 48),
    ),
  'apng whose frames mix half transparent colours': () =>
    apng(40, 40, 1, [
      { rect: [0, 0, 40, 40], picture: smooth(40, 40) },
      { rect: [4, 4, 32, 32], picture: disc(32), blend: 1 },
    ]),
  'bmp of few colours': () => bmp(flat(96, 64)),
  'bmp of two colours': () => bmp(paint(70, 30, (x, y) => ((x * y) % 7 < 2 ? [0, 0, 0, 255] : [250, 240, 230, 255]))),
  'bmp with an idle fourth byte': () => bmp(smooth(60, 40), 32),
  'bmp with a solid fourth byte': () => bmp(flat(60, 40), 32, () => 255),
  'icon of bitmaps': () => ico([16, 32, 48].map((size) => ({ size, data: iconBitmap(disc(size)) }))),
  'icon of old bitmaps': () => ico([{ size: 32, data: oldIconBitmap(hardDisc(32)), extra: [1, 4] }]),
  'icon with a png': async () =>
    ico([
      { size: 16, data: iconBitmap(disc(16)) },
      { size: 64, data: await png(disc(64)) },
      { size: 64, data: await png(disc(64)), extra: [1, 24] },
    ]),
  'tiff of a photo': () => image(photo(160, 120)).tiff({ compression: 'none' }).toBuffer(),
  'tiff with lzw in tiles': () =>
    image(photo(160, 120, 4))
      .tiff({ compression: 'lzw', predictor: 'none', tile: true, tileWidth: 64, tileHeight: 64 })
      .toBuffer(),
  'tiff with packbits': () => image(photo(160, 120)).toColourspace('b-w').tiff({ compression: 'packbits' }).toBuffer(),
  '16-bit tiff': () => image(photo(120, 90)).toColourspace('rgb16').tiff({ compression: 'none' }).toBuffer(),
  'cmyk tiff': () => image(photo(120, 90)).toColourspace('cmyk').tiff({ compression: 'none' }).toBuffer(),
  'bilevel tiff': () =>
    image(photo(160, 120)).toColourspace('b-w').tiff({ compression: 'none', bitdepth: 1 }).toBuffer(),
  'big-endian tiff of two pages': () => tiff([flat(60, 40), smooth(50, 30)].map(page), false),
}

const page = (picture: Picture): { fields: TiffPart[]; pixels: Uint8Array } => ({
  fields: rgbFields(picture),
  pixels: rgbOf(picture),
})

function png({ rgba, width, height }: Picture): Promise<Buffer> {
  return sharp(rgba, { raw: { width, height, channels: 4 } })
    .png({ compressionLevel: 0 })
    .toBuffer()
}

describe.each(Object.entries(sources))('%s', (name, make) => {
  test('gets smaller, stays what it is, and a second and third pass change nothing', async () => {
    const source = await make()
    const result = await engine.compress(source)
    expect(result).toMatchObject({ changed: true, reason: null, quality: 100 })
    expect(result.bytes.length).toBeLessThan(source.length)
    expect(sniff(result.bytes)).toBe(sniff(source))
    const shown = ({ traits: _, alpha: __, model: ___, bitDepth: ____, ...facts } = inspect(source) ?? fail()) => facts
    expect(shown(inspect(result.bytes) ?? fail())).toEqual(shown())
    expect(await engine.verify(source, result.bytes)).toEqual({ ok: true })
    if (name.includes('tiff')) expect(await pagesOf(result.bytes)).toEqual(await pagesOf(source))
    const second = await engine.compress(result.bytes)
    expect(second).toMatchObject({ changed: false, reason: 'no-gain' })
    expect((await engine.compress(second.bytes)).changed).toBe(false)
  })
})

const types: Partial<Record<string, string>> = { png: 'image/png', bmp: 'image/bmp', ico: 'image/x-icon' }

test.skipIf(chromiumPath === undefined)('a browser shows the same of all of them, frame by frame', async () => {
  const names = Object.keys(sources).filter((name) => !name.includes('tiff'))
  const before = await Promise.all(names.map((name) => sources[name]?.() ?? fail()))
  const after = await Promise.all(before.map(async (source) => Buffer.from((await engine.compress(source)).bytes)))
  const shown = await runInBrowser(decodedImages, [...before, ...after].flatMap(filesOf))
  expect(shown.slice(shown.length / 2)).toEqual(shown.slice(0, shown.length / 2))
  expect(shown.map((frames) => frames.length)).toEqual([5, 5, 2, ...Array(11).fill(1), 5, 5, 2, ...Array(11).fill(1)])
})

/** A file as a browser is given it; an icon once for each of its pictures, of which browsers show but one. */
function filesOf(bytes: Buffer): { type: string; base64: string }[] {
  const format = sniff(bytes) ?? fail()
  const alone = (i: number): Buffer => {
    const [size, at] = [bytes.readUInt32LE(6 + i * 16 + 8), bytes.readUInt32LE(6 + i * 16 + 12)]
    return ico([{ size: bytes[6 + i * 16] ?? 0, data: bytes.subarray(at, at + size) }])
  }
  const parts = format === 'ico' ? Array.from({ length: bytes.readUInt16LE(4) }, (_, i) => alone(i)) : [bytes]
  return parts.map((part) => ({ type: types[format] ?? '', base64: part.toString('base64') }))
}

describe('what is kept', () => {
  test('equal pictures of an icon lie there once, under their own entries', async () => {
    const source = await sources['icon with a png']?.()
    const { bytes } = await engine.compress(source ?? fail())
    const result = Buffer.from(bytes)
    expect([0, 1, 2].map((i) => result.subarray(6 + i * 16, 14 + i * 16))).toEqual(
      [0, 1, 2].map((i) => source?.subarray(6 + i * 16, 14 + i * 16)),
    )
    expect(result.readUInt32LE(6 + 2 * 16 + 12)).toBe(result.readUInt32LE(6 + 16 + 12))
  })

  test('PNGs in icons are 8-bit RGBA, which all browsers take', async () => {
    for (const name of ['icon of bitmaps', 'icon of old bitmaps', 'icon with a png']) {
      const { bytes } = await engine.compress((await sources[name]?.()) ?? fail())
      const icon = Buffer.from(bytes)
      for (let i = 0; i < icon.readUInt16LE(4); i++) {
        const at = icon.readUInt32LE(6 + i * 16 + 12)
        expect(icon.subarray(at, at + 8)).toEqual(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))
        expect([icon[at + 24], icon[at + 25]]).toEqual([8, 6])
      }
    }
  })

  test('a cursor keeps its hot spot and its bitmaps', async () => {
    const parts = [
      { size: 32, data: iconBitmap(disc(32)), extra: [3, 5] },
      { size: 64, data: await png(disc(64)), extra: [6, 10] },
    ] as const
    const result = await engine.compress(ico(parts, 2))
    expect(result).toMatchObject({ format: 'ico', changed: true })
    const cursor = Buffer.from(result.bytes)
    expect([cursor.readUInt16LE(10), cursor.readUInt16LE(12), cursor.readUInt16LE(26)]).toEqual([3, 5, 6])
    expect(cursor.includes(parts[0].data)).toBe(true)
  })

  test('fields of a TIFF stay, metadata as for other pictures', async () => {
    const fields: TiffPart[] = [
      [270, 2, Buffer.from('axes: ZYX\0')],
      [305, 2, Buffer.from('Some software\0')],
      [33432, 2, Buffer.from('Somebody\0')],
      [33550, 7, Buffer.from('geographic scale')],
      [274, 3, [6]],
    ]
    const source = tiff([{ ...page(smooth(60, 40)), fields: [...fields, ...rgbFields(smooth(60, 40))] }])
    const left = async (metadata: 'safe' | 'all' | 'none') => {
      const { bytes } = await engine.compress(source, { metadata })
      expect(inspect(bytes)?.orientation).toBe(6)
      return ['axes: ZYX', 'Some software', 'Somebody', 'geographic scale'].map((text) =>
        Buffer.from(bytes).includes(text),
      )
    }
    expect(await left('safe')).toEqual([true, false, true, true])
    expect(await left('all')).toEqual([true, true, true, true])
    expect(await left('none')).toEqual([true, false, false, true])
  })
})

describe('left alone', () => {
  const odd = (fields: TiffPart[]) =>
    tiff([{ ...page(smooth(20, 20)), fields: [...rgbFields(smooth(20, 20)), ...fields] }])
  const wide = (): Buffer => {
    const source = Buffer.from(odd([]))
    source.writeUInt16LE(7, source.indexOf(Buffer.of(3, 1, 3, 0, 1, 0, 0, 0)) + 8)
    return source
  }
  test.each<[string, string, () => Promise<Buffer> | Buffer]>([
    ['a bitmap whose fourth byte may be alpha', 'ambiguous', () => bmp(smooth(20, 20), 32, (i) => i & 255)],
    ['run lengths that leave out pixels', 'ambiguous', () => runLengthBmp(4, 2, [2, 1, 0, 0, 4, 2, 0, 1])],
    ['an OS/2 bitmap', 'unsupported-variant', () => os2()],
    ['data behind a bitmap', 'embedded-data', () => Buffer.concat([bmp(flat(20, 20)), Buffer.alloc(99, 'x')])],
    ['JPEG in a TIFF', 'unsupported-variant', () => wide()],
    [
      'fax in a TIFF',
      'unsupported-variant',
      () => image(photo(64, 48)).toColourspace('b-w').tiff({ compression: 'ccittfax4', bitdepth: 1 }).toBuffer(),
    ],
    ['a private field that may be a place', 'private-data', () => odd([[50000, 4, [8, 8]]])],
    ['data behind a TIFF', 'embedded-data', () => Buffer.concat([odd([]), Buffer.alloc(99, 'x')])],
    ['an interlaced APNG', 'unsupported-variant', async () => interlaced()],
  ])('%s', async (_, reason, make) => {
    const source = await make()
    const result = await engine.compress(source)
    expect(result).toMatchObject({ changed: false, reason, detail: null })
    expect(result.bytes).toBe(source)
  })

  test('HEIC, without a process', async () => {
    const idle = createEngine()
    const source = Buffer.concat([box('ftyp', Buffer.from('heic\0\0\0\0mif1heic')), Buffer.alloc(64)])
    expect(await idle.compress(source)).toMatchObject({ format: 'heic', changed: false, reason: 'no-encoder' })
    expect(idle.pids()).toEqual([])
  })

  function os2(): Buffer {
    const source = Buffer.concat([bmp(flat(20, 20)).subarray(0, 54), Buffer.alloc(24), bmp(flat(20, 20)).subarray(54)])
    source.writeUInt32LE(64, 14)
    source.writeUInt32LE(78, 10)
    return source
  }

  async function interlaced(): Promise<Buffer> {
    const { width, height, rgba } = smooth(24, 24)
    const still = await sharp(rgba, { raw: { width, height, channels: 4 } })
      .png({ progressive: true })
      .toBuffer()
    const moving = await apng(24, 24, 0, [
      { rect: [0, 0, 24, 24], picture: smooth(24, 24) },
      { rect: [0, 0, 4, 4], picture: flat(4, 4) },
    ])
    // The header of the one in front of the frames of the other: their data is never looked at.
    return Buffer.concat([still.subarray(0, 33), moving.subarray(33)])
  }
})

/** Every page as another library decodes it. */
async function pagesOf(bytes: Uint8Array): Promise<Record<string, unknown>[]> {
  const { pages = 1 } = await sharp(bytes).metadata()
  return Promise.all(
    Array.from({ length: pages }, async (_, number) => {
      const { format, width, height, channels, depth, space, orientation } = await sharp(bytes, {
        page: number,
      }).metadata()
      const isDeep = depth === 'ushort'
      const decoded = sharp(bytes, { page: number, ignoreIcc: true }).raw({ depth: isDeep ? 'ushort' : 'uchar' })
      const data = await (space === 'cmyk'
        ? decoded.pipelineColourspace('cmyk').toColourspace('cmyk')
        : decoded
      ).toBuffer()
      return { format, width, height, channels, depth, space, orientation, data: data.toString('base64') }
    }),
  )
}

function fail(): never {
  throw new Error('There is nothing here.')
}
