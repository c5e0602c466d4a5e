import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { picture, randomFrom } from '../../test/image-parts.js'
import { exifSoftware, orientationExif, readExif, SCALED_MARK } from './exif.js'
import { describeResized } from './exif-size.js'
import { readJpegMetadata, writeJpegMetadata } from './jpeg.js'

const size = { width: 12, height: 8 }

/** EXIF of another writer that tells a size twice over, a camera's settings and a credit. */
async function written(): Promise<Uint8Array> {
  const jpeg = await picture()
    .withExif({
      IFD0: { Copyright: 'Me', Software: 'Camera 1.0', ImageWidth: '24', ImageLength: '16', Make: 'A maker' },
      IFD2: { PixelXDimension: '24', PixelYDimension: '16', FNumber: '28/10', LensModel: 'A long name of a lens' },
    })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer()
  return readJpegMetadata(jpeg).exif ?? new Uint8Array()
}

/** What a reader that is not ours finds in a block, by putting it into a picture. */
async function seen(exif: Uint8Array | null): Promise<{ orientation: number | undefined; text: string }> {
  const jpeg = writeJpegMetadata(
    await picture().jpeg().toBuffer(),
    await picture().jpeg().toBuffer(),
    'all',
    () => exif,
  )
  const { orientation, exif: found } = await sharp(jpeg).metadata()
  // Encoding it anew makes libexif read and write every field.
  const again = await sharp(jpeg).keepExif().jpeg().toBuffer()
  const text = Buffer.from(readJpegMetadata(again).exif ?? []).toString('latin1')
  expect(found).toBeDefined()
  return { orientation, text }
}

/** The value of a short or long tag, wherever it is. */
function numbersOf(exif: Uint8Array, tag: number): number[] {
  const little = exif[0] === 0x49
  const view = new DataView(exif.buffer, exif.byteOffset, exif.byteLength)
  const found: number[] = []
  for (let at = 8; at + 12 <= exif.length; at += 2) {
    const type = view.getUint16(at + 2, little)
    if (view.getUint16(at, little) !== tag || view.getUint32(at + 4, little) !== 1) continue
    if (type === 3) found.push(view.getUint16(at + 8, little))
    if (type === 4) found.push(view.getUint32(at + 8, little))
  }
  return found
}

describe('EXIF of a resized picture', () => {
  test('says the new size wherever it said one, and all else as before', async () => {
    const before = await written()
    const after = describeResized(size, false)(before) ?? new Uint8Array()
    expect(after).toHaveLength(before.length)
    for (const [tag, was, is] of [
      [0xa002, 24, 12],
      [0xa003, 16, 8],
    ] as const) {
      expect(numbersOf(before, tag)).toEqual([was])
      expect(numbersOf(after, tag)).toEqual([is])
    }
    expect(readExif(after)).toEqual({ orientation: 6, copyright: 'Me' })
    expect((await seen(after)).text).toContain('A long name of a lens')
  })

  test('says that it was scaled by a percentage, and nothing of it moves', async () => {
    const before = await written()
    const after = describeResized(size, true)(before) ?? new Uint8Array()
    expect(readExif(after)).toEqual({ orientation: 6, copyright: 'Me', scaled: true })
    expect(exifSoftware(after)).toBe(`Camera 1.0; ${SCALED_MARK}`)
    const { orientation, text } = await seen(after)
    expect(orientation).toBe(6)
    for (const part of ['A maker', 'A long name of a lens', SCALED_MARK, 'Me']) expect(text).toContain(part)
  })

  test('is made where there was none, only if there is something to say', async () => {
    expect(describeResized(size, false)(null)).toBeNull()
    expect(readExif(describeResized(size, true)(null) ?? new Uint8Array())).toEqual({ orientation: 1, scaled: true })
  })

  test('keeps the mark when the picture is resized once more', async () => {
    const marked = orientationExif(3, { scaled: true, artist: 'You' })
    expect(readExif(describeResized(size, false)(marked) ?? new Uint8Array())).toEqual(readExif(marked))
  })

  test('comes of whatever bytes there are without an error', async () => {
    const whole = await written()
    const seed = 11
    const random = randomFrom(seed)
    for (let round = 0; round < 400; round++) {
      const bytes = Uint8Array.from(whole.subarray(0, 1 + random() * whole.length))
      for (let flips = random() * 6; flips > 0; flips--) bytes[Math.floor(random() * bytes.length)] = random() * 256
      for (const scaled of [true, false]) {
        const result = describeResized(size, scaled)(bytes)
        if (scaled) expect(readExif(result ?? new Uint8Array()).scaled, `seed ${seed}, round ${round}`).toBe(true)
      }
    }
  })
})
