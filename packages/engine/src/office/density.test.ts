import sharp from 'sharp'
import { expect, test } from 'vitest'
import { jpegSegment, picture, pngChunk, samePixels, withChunks, withSegments } from '../../test/image-parts.js'
import { withDensity } from './density.js'
import { exifDensity } from './exif-density.js'

const densityOf = async (bytes: Uint8Array): Promise<number | undefined> => (await sharp(bytes).metadata()).density

/** An EXIF block whose first directory has a density of 300 by 150. */
function exif(little: boolean, unit: number): Buffer {
  const bytes = Buffer.alloc(8 + 2 + 3 * 12 + 4 + 16)
  const u16 = (value: number, at: number) => (little ? bytes.writeUInt16LE(value, at) : bytes.writeUInt16BE(value, at))
  const u32 = (value: number, at: number) => (little ? bytes.writeUInt32LE(value, at) : bytes.writeUInt32BE(value, at))
  bytes.write(little ? 'II' : 'MM', 'latin1')
  u16(42, 2)
  u32(8, 4)
  u16(3, 8)
  const field = (i: number, tag: number, type: number) => {
    u16(tag, 10 + i * 12)
    u16(type, 12 + i * 12)
    u32(1, 14 + i * 12)
    return 18 + i * 12
  }
  u32(50, field(0, 0x011a, 5))
  u32(58, field(1, 0x011b, 5))
  u16(unit, field(2, 0x0128, 3))
  u32(3000, 50)
  u32(10, 54)
  u32(150, 58)
  u32(1, 62)
  return bytes
}

test.each([true, false])('EXIF tells density in either byte order (little: %s)', (little) => {
  expect([...(exifDensity(exif(little, 2)) ?? [])]).toEqual([1, 1, 44, 0, 150])
  expect([...(exifDensity(exif(little, 3)) ?? [])]).toEqual([2, 1, 44, 0, 150])
  expect(exifDensity(exif(little, 1))).toBeNull()
})

test('EXIF that is damaged tells nothing, wherever it ends', () => {
  const whole = exif(true, 2)
  for (let length = 0; length < whole.length; length++) expect(exifDensity(whole.subarray(0, length))).toBeNull()
  expect(exifDensity(Buffer.from('II*\0\xff\xff\xff\xff', 'latin1'))).toBeNull()
})

/** A JPEG without a JFIF segment, and one with this many dots per inch in it. */
const bareJpeg = (quality = 80): Promise<Buffer> => picture().jpeg({ quality }).toBuffer()
const jfif = (density: number) => jpegSegment(0xe0, 'JFIF\0', Buffer.from([1, 1, 1, 0, density, 0, density, 0, 0]))

test('a JPEG gets its source’s density and keeps its pixels', async () => {
  const target = withSegments(await bareJpeg(40), jfif(72))
  const source = withSegments(await bareJpeg(), jfif(240))
  const result = withDensity(target, source, 'jpeg')
  expect([await densityOf(target), await densityOf(result)]).toEqual([72, 240])
  expect(await samePixels(result, target)).toBe(true)
  expect(Buffer.compare(withDensity(result, source, 'jpeg'), result)).toBe(0)
})

test('a JPEG without a header for it gets one, if there is something to say', async () => {
  const bare = await bareJpeg()
  expect(bare.includes('JFIF')).toBe(false)
  expect(await densityOf(withDensity(bare, withSegments(bare, jfif(240)), 'jpeg'))).toBe(240)
  const told = withSegments(bare, jpegSegment(0xe1, 'Exif\0\0', exif(false, 2)))
  expect(await densityOf(withDensity(bare, told, 'jpeg'))).toBe(300)
  expect(withDensity(bare, bare, 'jpeg')).toBe(bare)
})

test('a JPEG loses a density that its source has not', async () => {
  const bare = await bareJpeg()
  const result = Buffer.from(withDensity(withSegments(bare, jfif(240)), bare, 'jpeg'))
  expect(result.subarray(2, 20).equals(jpegSegment(0xe0, 'JFIF\0', Buffer.from([1, 1, 0, 0, 1, 0, 1, 0, 0])))).toBe(
    true,
  )
})

test('a PNG gets its source’s density, or loses one that its source has not', async () => {
  const bare = withoutDensity(await picture().png().toBuffer())
  const density = pngChunk('pHYs', Buffer.from([0, 0, 0x1f, 0xff, 0, 0, 0x1f, 0xff, 1]))
  const source = withChunks(bare, density)
  const result = withDensity(bare, source, 'png')
  expect(await densityOf(result)).toBe(208)
  expect(await samePixels(result, bare)).toBe(true)
  expect(Buffer.compare(withDensity(result, bare, 'png'), bare)).toBe(0)
})

/** A PNG as it would be without its density. */
function withoutDensity(png: Buffer): Buffer {
  const at = png.indexOf('pHYs') - 4
  return at < 0 ? png : Buffer.concat([png.subarray(0, at), png.subarray(at + 21)])
}
