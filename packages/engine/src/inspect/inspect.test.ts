import { deflateSync } from 'node:zlib'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, test } from 'vitest'
import {
  ascii,
  be32,
  box,
  densityExif,
  jpegSegment,
  moving,
  picture,
  pngChunk,
  riffChunk,
  webp,
  withChunks,
  withSegments,
} from '../../test/image-parts.js'
import { BrokenImageError, inspect } from './index.js'

const size = { width: 24, height: 16 }
const p3 = async (): Promise<Buffer> =>
  (await sharp(await picture().withIccProfile('p3').png().toBuffer()).metadata()).icc ?? Buffer.alloc(0)

test('formats without a reader, and bytes of none, give no facts', () => {
  expect(inspect(ascii('%PDF-1.7'))).toBeNull()
  expect(inspect(Buffer.alloc(0))).toBeNull()
})

test.each(['jpeg', 'png', 'gif', 'webp', 'avif', 'svg'] as const)('bytes of another format are no %s', (format) => {
  expect(() => inspect(ascii('plain text'), format)).toThrow(BrokenImageError)
})

test.each(['jpeg', 'png', 'gif', 'webp', 'avif'] as const)('a %s cut anywhere is broken', async (format) => {
  const bytes = await picture().toFormat(format).toBuffer()
  expect(inspect(bytes)).toMatchObject({ format, ...size, frames: 1, loop: null, delays: [], orientation: 1 })
  // The last byte of a GIF is its trailer, of a WebP padding: readers do without.
  for (let length = bytes.length - 2; length > 12; length -= 7) {
    expect(() => inspect(bytes.subarray(0, length), format), `${length} bytes`).toThrow(BrokenImageError)
  }
})

describe('JPEG', () => {
  const jpeg = (): Promise<Buffer> => picture().jpeg({ progressive: true }).toBuffer()

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('orientation %i', async (orientation) => {
    expect(inspect(await picture().withMetadata({ orientation }).jpeg().toBuffer())).toMatchObject({
      ...size,
      orientation,
    })
  })

  test('colour profiles: sRGB is no news, others have a name of their own', async () => {
    expect(inspect(await picture().withIccProfile('srgb').jpeg().toBuffer())?.colour).toBe('srgb')
    expect(inspect(await picture().withIccProfile('p3').jpeg().toBuffer())?.colour).toMatch(/^icc:[\da-f]{16}$/)
  })

  test('grey and CMYK', async () => {
    expect(inspect(await picture().toColourspace('b-w').jpeg().toBuffer())?.model).toBe('grey')
    const cmyk = await picture().toColourspace('cmyk').jpeg().toBuffer()
    expect(inspect(cmyk)).toMatchObject({ model: 'cmyk', traits: new Set() })
    const at = cmyk.indexOf('Adobe') - 4
    const unmarked = Buffer.concat([cmyk.subarray(0, at), cmyk.subarray(at + 16)])
    expect(inspect(unmarked)?.traits).toEqual(new Set(['unmarked-cmyk']))
  })

  test('a profile of which a part is missing or doubled', async () => {
    const profile = (number: number, count: number) => jpegSegment(0xe2, 'ICC_PROFILE\0', Buffer.of(number, count, 7))
    const traits = async (...parts: readonly Buffer[]) => inspect(withSegments(await jpeg(), ...parts))?.traits
    expect(await traits(profile(2, 2), profile(1, 2))).toEqual(new Set())
    expect(await traits(profile(1, 2))).toEqual(new Set(['torn-profile']))
    expect(await traits(profile(1, 1), profile(1, 1))).toEqual(new Set(['torn-profile']))
  })

  test.each([
    [144, 144, 2, [12, 8], true],
    [144, 72, 2, [12, 16], true],
    [72, 72, 2, [24, 16], false],
    // What cameras and editors write, which browsers pass by.
    [144, 144, 2, [24, 16], false],
    [144, 144, 3, [12, 8], false],
    [144, 144, 2, [], false],
  ])('EXIF of %i and %i dots in unit %i and a size of %j scales the picture: %s', async (x, y, unit, told, scales) => {
    const exif = jpegSegment(0xe1, 'Exif\0\0', densityExif(x, y, unit, ...told))
    expect(inspect(withSegments(await jpeg(), exif))?.traits.has('density')).toBe(scales)
  })

  test('gain maps, multi-picture directories and data behind the end', async () => {
    const plain = await jpeg()
    const traits = (bytes: Uint8Array): string[] => [...(inspect(bytes)?.traits ?? [])]
    expect(traits(plain)).toEqual([])
    expect(traits(withSegments(plain, jpegSegment(0xe2, 'urn:iso:std:iso:ts:21496:-1\0')))).toEqual(['gain-map'])
    const xmp = jpegSegment(0xe1, 'http://ns.adobe.com/xap/1.0/\0<x hdrgm:Version="1.0"/>')
    expect(traits(withSegments(plain, xmp))).toEqual(['gain-map'])
    expect(traits(withSegments(plain, jpegSegment(0xe2, 'MPF\0')))).toEqual(['trailing-data'])
    expect(traits(Buffer.concat([plain, plain]))).toEqual(['trailing-data'])
    expect(traits(Buffer.concat([plain, Buffer.alloc(64, 'x')]))).toEqual([])
    expect(traits(Buffer.concat([plain, Buffer.alloc(4096)]))).toEqual([])
  })

  test('a header without a scan, and data between segments, are broken', async () => {
    expect(() =>
      inspect(Buffer.concat([Buffer.of(0xff, 0xd8), jpegSegment(0xfe, 'x'), Buffer.of(0xff, 0xd9)])),
    ).toThrow('0 frame headers')
    expect(() => inspect(withSegments(Buffer.of(0xff, 0xd8, 0xff, 0xd9), jpegSegment(0xfe), ascii('x')))).toThrow(
      'between',
    )
  })
})

describe('PNG', () => {
  test('colour types, depths and alpha', async () => {
    const facts = async (image: Sharp): Promise<unknown> => inspect(await image.toBuffer())
    expect(await facts(picture(true).png())).toMatchObject({ model: 'rgb', alpha: true, bitDepth: 8, lossless: true })
    expect(await facts(picture(true).png({ palette: true }))).toMatchObject({
      model: 'palette',
      alpha: true,
      bitDepth: 8,
    })
    expect(await facts(picture().toColourspace('rgb16').png())).toMatchObject({ bitDepth: 16, alpha: false })
    expect(await facts(picture().toColourspace('b-w').png())).toMatchObject({ model: 'grey' })
  })

  test('a wrong checksum is broken', async () => {
    const png = await picture().png().toBuffer()
    png[45] = (png[45] ?? 0) ^ 1
    expect(() => inspect(png)).toThrow('checksum')
  })

  test('the most telling colour chunk counts', async () => {
    const png = await picture().png().toBuffer()
    const colour = (...chunks: readonly Uint8Array[]): string | undefined => inspect(withChunks(png, ...chunks))?.colour
    const gamma = pngChunk('gAMA', be32(45455))
    const linear = pngChunk('gAMA', be32(100000))
    const primaries = (red: number): Buffer =>
      pngChunk('cHRM', ...[31270, 32900, red, 33000, 30000, 60000, 15000, 6000].map(be32))
    expect(colour(gamma)).toBe('srgb')
    expect(colour(gamma, primaries(64000))).toBe('srgb')
    expect(colour(linear)).toBe('gamma:100000')
    expect(colour(gamma, primaries(68000))).toMatch(/^gamma:45455\/31270,32900,68000/)
    expect(colour(linear, pngChunk('sRGB', Buffer.of(0)))).toBe('srgb')
    const profile = pngChunk('iCCP', 'p3\0\0', deflateSync(await p3()))
    expect(colour(profile, gamma)).toMatch(/^icc:/)
    expect(colour(profile, pngChunk('cICP', Buffer.of(12, 13, 0, 1)))).toBe('cicp:12/13/0')
    expect(colour(profile, pngChunk('cICP', Buffer.of(1, 13, 0, 1)))).toBe('srgb')
  })

  test('a profile that inflates beyond bounds is kept apart, not inflated', async () => {
    const bomb = pngChunk('iCCP', 'x\0\0', deflateSync(Buffer.alloc(64 << 20)))
    expect(inspect(withChunks(await picture().png().toBuffer(), bomb))?.colour).toMatch(/^icc:/)
  })

  test('animation, 9-patch and orientation', async () => {
    const png = await picture().png().toBuffer()
    const frame = (delay: Buffer): Buffer => pngChunk('fcTL', Buffer.alloc(20), delay, Buffer.alloc(2))
    const frames = [frame(Buffer.of(0, 3, 0, 50)), frame(Buffer.of(0, 7, 0, 0))]
    const apng = withChunks(png, pngChunk('acTL', be32(2), be32(5)), ...frames)
    expect(inspect(apng)).toMatchObject({ frames: 2, loop: 5, delays: [60, 70], traits: new Set(['apng']) })
    expect(() => inspect(withChunks(png, pngChunk('acTL', be32(3), be32(5)), ...frames))).toThrow('2 of 3')
    expect(inspect(withChunks(png, pngChunk('npTc', Buffer.alloc(32))))?.traits).toEqual(new Set(['nine-patch']))
    expect(inspect(await picture().withMetadata({ orientation: 6 }).png().toBuffer())?.orientation).toBe(6)
  })
})

describe('GIF', () => {
  test.each([
    [0, 0],
    [1, 1],
    [2, 2],
    [7, 7],
  ])('%i showings', async (loop, expected) => {
    const gif = await (await moving()).gif({ loop, delay: [120, 340] }).toBuffer()
    expect(inspect(gif)).toMatchObject({ ...size, frames: 2, loop: expected, delays: [120, 340], model: 'palette' })
  })

  test('a missing trailer is tolerated, a missing picture is not', async () => {
    const gif = await picture().gif().toBuffer()
    expect(inspect(gif.subarray(0, -1))).toMatchObject({ ...size, frames: 1 })
    expect(() => inspect(ascii('GIF89a\x01\0\x01\0\0\0\0;'))).toThrow('no picture')
  })
})

describe('WebP', () => {
  test('lossy, lossless, alpha, orientation', async () => {
    const facts = async (image: Sharp): Promise<unknown> => inspect(await image.toBuffer())
    expect(await facts(picture().webp())).toMatchObject({ ...size, lossless: false, alpha: false })
    expect(await facts(picture(true).webp())).toMatchObject({ lossless: false, alpha: true })
    expect(await facts(picture(true).webp({ lossless: true }))).toMatchObject({ lossless: true, alpha: true })
    expect(await facts(picture().withMetadata({ orientation: 8 }).webp())).toMatchObject({
      orientation: 8,
      colour: 'srgb',
    })
    expect(await facts(picture().withIccProfile('p3').webp())).toMatchObject({ colour: expect.stringMatching(/^icc:/) })
  })

  test('animation', async () => {
    const animated = await (await moving()).webp({ loop: 3, delay: [120, 340] }).toBuffer()
    expect(inspect(animated)).toMatchObject({ ...size, frames: 2, loop: 3, delays: [120, 340] })
  })

  test('a canvas of another size than its picture is broken', async () => {
    const plain = await picture().webp().toBuffer()
    const canvas = (width: number): Buffer => riffChunk('VP8X', Buffer.of(0, 0, 0, 0, width - 1, 0, 0, 15, 0, 0))
    expect(inspect(webp(canvas(24), plain.subarray(12)))).toMatchObject(size)
    expect(() => inspect(webp(canvas(25), plain.subarray(12)))).toThrow('another size')
  })
})

describe('AVIF', () => {
  const avif = (): Promise<Buffer> => picture().avif({ effort: 0 }).toBuffer()

  test('alpha, depth and grey', async () => {
    expect(inspect(await picture(true).avif({ effort: 0 }).toBuffer())).toMatchObject({
      ...size,
      alpha: true,
      bitDepth: 8,
    })
    expect(inspect(await picture().avif({ effort: 0, bitdepth: 10 }).toBuffer())).toMatchObject({
      bitDepth: 10,
      alpha: false,
    })
  })

  test('rotation and mirroring become an EXIF orientation', () => {
    const withProperties = (...properties: readonly Uint8Array[]): Uint8Array => {
      const ispe = box('ispe', be32(0), be32(24), be32(16))
      const all = [ispe, ...properties]
      const ipma = box('ipma', be32(0), be32(1), Buffer.of(0, 1, all.length, ...all.map((_, i) => i + 1)))
      const meta = [box('pitm', be32(0), Buffer.of(0, 1)), box('iprp', box('ipco', ...all), ipma)]
      return Buffer.concat([box('ftyp', ascii('avif'), be32(0)), box('meta', be32(0), ...meta)])
    }
    const turn = (quarters: number): Buffer => box('irot', Buffer.of(quarters))
    const mirror = (axis: number): Buffer => box('imir', Buffer.of(axis))
    const orientation = (...properties: readonly Uint8Array[]): number | undefined =>
      inspect(withProperties(...properties))?.orientation
    expect([0, 1, 2, 3].map((quarters) => orientation(turn(quarters)))).toEqual([1, 8, 3, 6])
    expect([0, 1].map((axis) => orientation(mirror(axis)))).toEqual([4, 2])
    expect(orientation(turn(1), mirror(0))).toBe(5)
    expect(orientation(mirror(0), turn(1))).toBe(7)
    const nclx = (...points: readonly number[]): Buffer =>
      box('colr', ascii('nclx'), Buffer.from(points.flatMap((point) => [0, point])), Buffer.of(0x80))
    const colour = (...points: readonly number[]): string | undefined =>
      inspect(withProperties(nclx(...points)))?.colour
    expect([colour(1, 13, 6), colour(2, 2, 6), colour(12, 16, 9)]).toEqual(['srgb', 'srgb', 'cicp:12/16/9'])
  })

  test('a gain map is told by its brand', async () => {
    const bytes = await avif()
    const brand = bytes.indexOf('miaf')
    expect(brand).toBeGreaterThan(0)
    bytes.write('tmap', brand, 'latin1')
    expect(inspect(bytes)?.traits).toEqual(new Set(['gain-map']))
  })
})

describe('SVG', () => {
  const svg = (inside: string, attributes = ''): ReturnType<typeof inspect> =>
    inspect(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" ${attributes}>${inside}</svg>`))

  test.each([
    ['width="12" height="8px"', 12, 8],
    ['viewBox="0 0 30 20"', 30, 20],
    ['viewBox="0,0,30,20" width="60"', 60, 40],
    ['width="1in" height="3pc"', 96, 48],
    ['width="100%" height="5em"', 0, 0],
    ['', 0, 0],
  ])('size from %s', (attributes, width, height) => {
    expect(svg('', attributes)).toMatchObject({ width, height, frames: 1, alpha: true })
  })

  test.each([
    ['<script>1</script>', 'active'],
    ['<g onclick="x()"/>', 'active'],
    ['<rect><animate attributeName="x"/></rect>', 'active'],
    ['<a href="java&#x73;cript:x()"/>', 'active'],
    ['<style>@keyframes a {}</style>', 'active'],
    ['<image href="https://example.com/x.png"/>', 'external'],
    ['<image xlink:href=" x.png"/>', 'external'],
    ['<use href="other.svg#a"/>', 'external'],
    ['<rect fill="url(other.svg#a)"/>', 'external'],
    ['<style><![CDATA[@import "x.css";]]></style>', 'external'],
  ])('%s is %s', (inside, trait) => {
    expect(svg(inside)?.traits).toEqual(new Set([trait]))
  })

  test.each(['<foreignObject/>', '<video/>'])('%s is active and foreign', (inside) => {
    expect(svg(inside)?.traits).toEqual(new Set(['active', 'foreign']))
  })

  test.each([
    ['<symbol id="a"><path/></symbol>', true],
    ['<symbol id="a"><path/></symbol><use href="#a"/>', false],
    ['<symbol id="a"><g/></symbol>', false],
    [
      '<defs><g><path id="a"/></g><clipPath id="b"><rect/></clipPath></defs><use href="#a" clip-path="url(#b)"/>',
      false,
    ],
    ['<defs><path id="a"/></defs><path id="b"/>', true],
    ['<defs><marker id="m"><path/></marker></defs><style>path{marker-end:url(#m)}</style><path/>', false],
    ['<mask id="a"><use href="#b"/></mask><defs><rect id="b"/></defs>', true],
  ])('%s holds parts for others: %s', (inside, holds) => {
    expect(svg(inside)?.traits.has('parts')).toBe(holds)
  })

  test.each([
    '<a href="https://example.com/"><text>on click = run</text></a>',
    '<image href="data:image/png;base64,AA=="/>',
    '<rect fill="url(#a)" style="mask: url( &quot;#b&quot; )"/>',
    '<!-- <script> --><title>a &lt;script&gt; &amp; url(x)</title>',
  ])('%s is neither', (inside) => {
    expect(svg(inside)?.traits).toEqual(new Set())
  })

  test('declared entities are external', () => {
    const bytes = Buffer.from('<!DOCTYPE svg [<!ENTITY a "]>">]><svg>&a;</svg>')
    expect(inspect(bytes, 'svg')?.traits).toEqual(new Set(['external']))
  })

  test.each(['<g>', '</g>', '<g a=1/>', '<g a="1" a="2"/>', '<g', '<!--', '<g "/>', '</svg><svg>'])(
    '%s is broken',
    (inside) => {
      expect(() => svg(inside)).toThrow(BrokenImageError)
    },
  )

  test('a document as long as the web has them is read in one pass', () => {
    const inside = `<g>${'<path d="M0 0" style="fill:url(#a)"/>'.repeat(20_000)}</g><image href="data:,${'A'.repeat(12 << 20)}"/>`
    expect(svg(inside)?.traits.size).toBe(0)
  })
})
