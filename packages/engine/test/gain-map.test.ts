import { type CompressOptions, createEngine } from '@compress-fast/engine'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { be32, jpegSegment, le32, withSegments } from './image-parts.js'
import { image, photo } from './images.js'

const engine = createEngine({ concurrency: 2 })
afterAll(() => engine.close())

let base: Buffer
let map: Buffer
beforeAll(async () => {
  base = await image(photo(320, 240))
    .withExif({ IFD0: { Copyright: 'Some One' } })
    .jpeg({ quality: 97 })
    .toBuffer()
  map = withSegments(
    await image(photo(80, 60)).toColourspace('b-w').jpeg().toBuffer(),
    xmp(
      'hdrgm:Version="1.0" hdrgm:GainMapMin="0" hdrgm:GainMapMax="3" hdrgm:Gamma="1" hdrgm:OffsetSDR="0" hdrgm:OffsetHDR="0" hdrgm:HDRCapacityMin="0" hdrgm:HDRCapacityMax="3" hdrgm:BaseRenditionIsHDR="False"',
    ),
  )
})

const container = 'xmlns:Container="http://ns.google.com/photos/1.0/container/"'
const gainMap = 'xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/"'

function xmp(fields: string): Buffer {
  const text = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description ${container} ${gainMap} ${fields}/></rdf:RDF></x:xmpmeta>`
  return jpegSegment(0xe1, 'http://ns.adobe.com/xap/1.0/\0', text)
}

const isoSegment = jpegSegment(0xe2, 'urn:iso:std:iso:ts:21496:-1\0', Buffer.alloc(4))

interface Form {
  readonly little?: boolean
  /** What names the map, beside the directory. */
  readonly pointers?: readonly Buffer[]
  readonly second?: Buffer
  /** What stands behind the map. */
  readonly behind?: Buffer
  /** Bytes that the directory is wrong by. */
  readonly shift?: number
}

/** Two pictures as phones write them: CIPA DC-007's directory in the first says where the second is. */
function twoPictures({ little = false, pointers, second = map, behind, shift = 0 }: Form = {}): Buffer {
  const u32 = little ? le32 : be32
  const u16 = (value: number) => (little ? le32(value).subarray(0, 2) : be32(value).subarray(2))
  const write = (start: number, tiff: number) =>
    jpegSegment(
      0xe2,
      'MPF\0',
      little ? 'II*\0' : 'MM\0*',
      u32(8),
      u16(3),
      ...[u16(0xb000), u16(7), u32(4), '0100'],
      ...[u16(0xb001), u16(4), u32(1), u32(2)],
      ...[u16(0xb002), u16(7), u32(32), u32(50), u32(0)],
      ...[u32(0x30000), u32(start), u32(0), u32(0)],
      ...[u32(0), u32(second.length), u32(start - tiff + shift), u32(0)],
    )
  const named = pointers ?? [xmp('hdrgm:Version="1.0" a:Place="Some Where"')]
  const directoryAt = 2 + Buffer.concat(named).length
  const start = base.length + Buffer.concat(named).length + write(0, 0).length
  const first = withSegments(base, ...named, write(start, directoryAt + 8))
  return Buffer.concat([first, second, behind ?? Buffer.alloc(0)])
}

/** The map where the directory of a file says it is. */
function mapOf(file: Uint8Array): Buffer {
  const bytes = Buffer.from(file)
  const tiff = bytes.indexOf('MPF\0', 0, 'latin1') + 4
  const little = bytes[tiff] === 0x49
  const read = (at: number) => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at))
  const [first, size, offset] = [read(tiff + 50 + 4), read(tiff + 66 + 4), read(tiff + 66 + 8)]
  expect(tiff + offset).toBe(first)
  return bytes.subarray(tiff + offset, tiff + offset + size)
}

describe('a picture with a gain map becomes smaller, and the map stays to the last byte', () => {
  const forms: readonly [string, Form][] = [
    ['most significant byte first', {}],
    ['least significant byte first', { little: true }],
    ['of ISO 21496-1', { pointers: [isoSegment] }],
    ['of both kinds', { pointers: [xmp('hdrgm:Version="1.0"'), isoSegment] }],
  ]
  test.each(forms)('%s', async (_, form) => {
    const source = twoPictures(form)
    expect(mapOf(source).equals(map)).toBe(true)
    const { bytes, changed, quality } = await engine.compress(source)
    expect([changed, bytes.length < source.length * 0.8]).toEqual([true, true])
    expect(quality).toBeGreaterThanOrEqual(80)
    expect(mapOf(bytes).equals(map)).toBe(true)
    expect(Buffer.from(bytes).subarray(-map.length).equals(map)).toBe(true)
    if (form.pointers?.includes(isoSegment)) expect(Buffer.from(bytes).includes(isoSegment)).toBe(true)
    // As another reader sees it, which looks for XMP.
    const { width, height, gainMap: found } = await sharp(bytes).metadata()
    expect([width, height]).toEqual([320, 240])
    if (form.pointers?.[0] !== isoSegment) expect(found?.image.equals(map)).toBe(true)
    expect(await engine.compress(bytes)).toMatchObject({ changed: false, reason: 'no-gain' })
  })

  const policies: readonly [CompressOptions['metadata'], boolean, boolean][] = [
    ['all', true, true],
    ['safe', false, true],
    ['none', false, false],
  ]
  test.each(policies)('metadata %s: a place in XMP stays %s, a copyright %s', async (metadata, place, copyright) => {
    const { bytes, changed } = await engine.compress(twoPictures(), { ...(metadata && { metadata }) })
    expect(changed).toBe(true)
    expect(Buffer.from(bytes).includes('Some Where')).toBe(place)
    expect(Buffer.from(bytes).includes('Some One')).toBe(copyright)
    expect((await sharp(bytes).metadata()).gainMap?.image.equals(map)).toBe(true)
  })

  test('without loss: the same pixels', async () => {
    const source = twoPictures()
    const { bytes, changed, quality } = await engine.compress(source, { quality: 'lossless' })
    expect([changed, quality]).toEqual([true, 100])
    const pixels = (file: Uint8Array) => sharp(file).raw().toBuffer()
    expect((await pixels(bytes)).equals(await pixels(source))).toBe(true)
    expect(mapOf(bytes).equals(map)).toBe(true)
  })
})

describe('what is not a picture and its map alone is left as it is', () => {
  const forms: readonly [string, () => Buffer][] = [
    ['a video behind the map', () => twoPictures({ behind: Buffer.alloc(500, 'video') })],
    ['one byte behind the map', () => twoPictures({ behind: Buffer.of(0) })],
    ['a third picture', () => twoPictures({ second: Buffer.concat([map, map]) })],
    ['a map that is cut short', () => twoPictures({ second: map.subarray(0, -40) })],
    ['a map with EXIF', () => twoPictures({ second: withSegments(map, jpegSegment(0xe1, 'Exif\0\0', 'II*\0')) })],
    ['a directory that points elsewhere', () => twoPictures({ shift: 2 })],
    ['a map of another version', () => twoPictures({ pointers: [xmp('hdrgm:Version="2.0"')] })],
    ['a map of one maker', () => twoPictures({ pointers: [xmp('a:HDRGainMapVersion="65536"'), isoSegment] })],
    ['no directory', () => Buffer.concat([withSegments(base, xmp('hdrgm:Version="1.0"')), map])],
  ]
  test.each(forms)('%s', async (_, make) => {
    const source = make()
    const result = await engine.compress(source)
    expect(result).toMatchObject({ changed: false, reason: 'embedded-data' })
    expect(Buffer.from(result.bytes).equals(source)).toBe(true)
  })
})

test('a result of another engine may neither lose the map nor change it', async () => {
  const source = twoPictures()
  const { bytes } = await engine.compress(source)
  expect(await engine.verify(source, bytes)).toEqual({ ok: true })
  expect(await engine.verify(source, base)).toMatchObject({ ok: false, why: 'a gain map came or went' })
  const changed = Buffer.from(bytes)
  changed[changed.length - 30] = (changed[changed.length - 30] ?? 0) ^ 1
  expect(await engine.verify(source, changed)).toMatchObject({ ok: false, why: 'its gain map changed' })
})
