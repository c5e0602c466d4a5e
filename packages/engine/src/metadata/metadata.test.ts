import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import {
  ascii,
  be32,
  jpegSegment,
  moving,
  picture,
  pngChunk,
  riffChunk,
  samePixels,
  webp,
  withChunks,
  withSegments,
} from '../../test/image-parts.js'
import { inspect } from '../inspect/index.js'
import type { Metadata } from '../types.js'
import { orientationExif, readExif } from './exif.js'
import { readJpegMetadata, writeJpegMetadata } from './jpeg.js'
import { writePngChunks } from './png.js'
import { writeWebpMetadata } from './webp.js'

const policies: readonly Metadata[] = ['none', 'safe', 'all']
const credit = { artist: 'Zoë', copyright: '© 2024 Zoë\0editor' }
const exif = Buffer.from(orientationExif(6, credit))

describe('EXIF', () => {
  test.each([2, 3, 4, 5, 6, 7, 8])('orientation %i comes back', (orientation) => {
    expect(readExif(orientationExif(orientation))).toEqual({ orientation })
  })

  test('credits come back, and a real reader agrees', async () => {
    expect(readExif(exif)).toEqual({ orientation: 6, ...credit })
    const jpeg = withSegments(await picture().jpeg().toBuffer(), jpegSegment(0xe1, 'Exif\0\0', exif))
    expect((await sharp(jpeg).metadata()).orientation).toBe(6)
  })

  test('fields are read from what another writer wrote, in its byte order', async () => {
    const written = await picture()
      .withExif({ IFD0: { Copyright: 'Me', Artist: 'You' } })
      .jpeg()
      .toBuffer()
    expect(readExif(readJpegMetadata(written).exif ?? Buffer.alloc(0))).toMatchObject({
      copyright: 'Me',
      artist: 'You',
    })
  })

  test('nothing to say takes no bytes; nonsense says nothing', () => {
    expect(orientationExif(1)).toHaveLength(0)
    expect(orientationExif(9, { artist: '', copyright: 'x'.repeat(20_000) })).toHaveLength(0)
    expect(readExif(ascii('II*\0\xff\xff\xff\xff'))).toEqual({ orientation: 1 })
    expect(readExif(Buffer.alloc(0))).toEqual({ orientation: 1 })
  })
})

describe('JPEG', () => {
  const comment = jpegSegment(0xfe, 'secret')
  const xmp = jpegSegment(0xe1, 'http://ns.adobe.com/xap/1.0/\0<x/>')
  const iptc = jpegSegment(0xed, 'Photoshop 3.0\0 8BIM')
  const source = async (): Promise<Buffer> =>
    withSegments(
      await picture().withIccProfile('p3').jpeg().toBuffer(),
      jpegSegment(0xe1, 'Exif\0\0', exif),
      xmp,
      iptc,
      jpegSegment(0xe2, 'MPF\0'),
      comment,
    )
  const encoded = async (): Promise<Buffer> =>
    withSegments(await picture().jpeg({ quality: 40 }).toBuffer(), jpegSegment(0xfe, 'encoder'), jpegSegment(0xe5, 'x'))

  test.each(policies)('%s keeps look and pixels', async (policy) => {
    const [from, into] = [await source(), await encoded()]
    const result = writeJpegMetadata(into, from, policy)
    expect(inspect(result)).toMatchObject({ orientation: 6, colour: inspect(from)?.colour ?? '' })
    expect(readJpegMetadata(result).icc).toEqual(readJpegMetadata(from).icc)
    expect(await samePixels(result, into)).toBe(true)
    expect(Buffer.from(result).includes('encoder')).toBe(false)
  })

  test('each policy keeps what it says', async () => {
    const result = async (policy: Metadata): Promise<Buffer> =>
      Buffer.from(writeJpegMetadata(await encoded(), await source(), policy))
    const credits = async (policy: Metadata): Promise<unknown> =>
      readExif(readJpegMetadata(await result(policy)).exif ?? Buffer.alloc(0))
    expect(await credits('none')).toEqual({ orientation: 6 })
    expect(await credits('safe')).toEqual({ orientation: 6, ...credit })
    for (const part of [comment, xmp, iptc]) {
      expect((await result('safe')).includes(part)).toBe(false)
      expect((await result('all')).includes(part)).toBe(true)
    }
    expect((await result('all')).includes('MPF\0')).toBe(false)
    expect(readJpegMetadata(await result('all'))).toMatchObject({ comments: [Buffer.from('secret')] })
  })

  test('writing twice changes nothing', async () => {
    const from = await source()
    const once = writeJpegMetadata(await encoded(), from, 'safe')
    expect(writeJpegMetadata(once, from, 'safe')).toEqual(once)
    expect(writeJpegMetadata(once, once, 'safe')).toEqual(once)
  })

  test('an sRGB profile goes, a profile above one segment is split', async () => {
    const into = await encoded()
    const srgb = await picture().withIccProfile('srgb').jpeg().toBuffer()
    expect(readJpegMetadata(writeJpegMetadata(into, srgb, 'none')).icc).toBeNull()
    expect(readJpegMetadata(writeJpegMetadata(into, srgb, 'all')).icc).not.toBeNull()
    const cmyk = await picture().toColourspace('cmyk').withIccProfile('cmyk').jpeg().toBuffer()
    const profile = Buffer.from(readJpegMetadata(cmyk).icc ?? [])
    expect(profile.length).toBeGreaterThan(2 * 65_519)
    const result = writeJpegMetadata(cmyk, cmyk, 'none')
    // Compared as wholes: matchers walk byte by byte.
    expect(profile.equals(readJpegMetadata(result).icc ?? Buffer.alloc(0))).toBe(true)
    expect((await sharp(result).metadata()).icc?.equals(profile)).toBe(true)
    expect(await samePixels(result, cmyk)).toBe(true)
  })
})

describe('PNG', () => {
  const gamma = pngChunk('gAMA', be32(100000))
  const ninePatch = pngChunk('npTc', Buffer.alloc(32))
  const texts = [pngChunk('tEXt', 'Copyright\0me'), pngChunk('tEXt', 'Comment\0secret')] as const
  const source = async (): Promise<Buffer> =>
    withChunks(await picture().png().toBuffer(), gamma, ninePatch, pngChunk('eXIf', exif), ...texts)
  const encoded = async (): Promise<Buffer> =>
    withChunks(await picture().png({ palette: true }).toBuffer(), pngChunk('tEXt', 'Software\0encoder'), gamma)

  test.each(policies)('%s keeps look and pixels', async (policy) => {
    const [from, into] = [await source(), await encoded()]
    const result = Buffer.from(writePngChunks(into, from, policy))
    expect(inspect(result)).toMatchObject({ orientation: 6, colour: 'gamma:100000', traits: new Set(['nine-patch']) })
    expect(await samePixels(result, into)).toBe(true)
    expect(result.includes('encoder')).toBe(false)
    expect(result.includes('Copyright')).toBe(policy !== 'none')
    expect(result.includes('secret')).toBe(policy === 'all')
    expect(result.indexOf('gAMA')).toBeLessThan(result.indexOf('PLTE'))
    expect(result.indexOf('gAMA')).toBe(result.lastIndexOf('gAMA'))
    expect(writePngChunks(result, result, policy)).toEqual(new Uint8Array(result))
  })

  test('a profile is kept, one that says sRGB is not needed', async () => {
    const into = await picture().png().toBuffer()
    const result = async (profile: string): Promise<string | undefined> =>
      inspect(writePngChunks(into, await picture().withIccProfile(profile).png().toBuffer(), 'safe'))?.colour
    expect(await result('p3')).toMatch(/^icc:/)
    expect(await result('srgb')).toBe('srgb')
    const srgb = await picture().withIccProfile('srgb').png().toBuffer()
    expect(Buffer.from(writePngChunks(srgb, srgb, 'safe')).includes('iCCP')).toBe(false)
  })
})

describe('WebP', () => {
  const source = async (): Promise<Buffer> => {
    const profiled = await picture().withIccProfile('p3').webp().toBuffer()
    const [flags = 0] = profiled.subarray(20)
    profiled[20] = flags | 0x0c
    return webp(profiled.subarray(12), riffChunk('EXIF', exif), riffChunk('XMP ', ascii('<secret/>')))
  }

  test.each(policies)('%s keeps look and pixels of still and moving pictures', async (policy) => {
    const from = await source()
    const still = await picture(true).webp({ quality: 40 }).toBuffer()
    const animated = await (await moving()).webp({ loop: 3, delay: [120, 340] }).toBuffer()
    for (const into of [still, animated, await picture().webp({ lossless: true }).toBuffer()]) {
      const before = inspect(into)
      const result = writeWebpMetadata(into, from, policy)
      expect(inspect(result)).toEqual({ ...before, orientation: 6, colour: inspect(from)?.colour })
      expect(await samePixels(result, into)).toBe(true)
      expect(Buffer.from(result).includes('secret')).toBe(policy === 'all')
      expect(Buffer.from(result).includes('editor')).toBe(policy !== 'none')
      const decoded = await sharp(result, { animated: true }).metadata()
      expect(decoded).toMatchObject({ orientation: 6, hasAlpha: before?.alpha })
      expect(decoded.icc).toBeDefined()
    }
  })

  test('the extended header goes when nothing needs it, and the animation stays', async () => {
    const plain = await picture().webp().toBuffer()
    const bare = writeWebpMetadata(await source(), plain, 'safe')
    expect(Buffer.from(bare.subarray(12, 16)).toString()).toBe('VP8 ')
    expect(await samePixels(bare, await source())).toBe(true)
    const animated = await (await moving()).webp({ loop: 3 }).toBuffer()
    expect(inspect(writeWebpMetadata(animated, plain, 'none'))).toEqual(inspect(animated))
  })
})
