import { createEngine, type Resize } from '@compress-fast/engine'
import sharp from 'sharp'
import { afterAll, describe, expect, test } from 'vitest'
import { unpack } from '../src/office/zip-inflate.js'
import { readZip } from '../src/office/zip-read.js'
import { openDocument } from '../src/pdf/document.js'
import { decodeFully } from '../src/pdf/filters.js'
import { readModel } from '../src/pdf/model.js'
import { readPicture } from '../src/pdf/picture.js'
import { nameOf, Stream } from '../src/pdf/values.js'
import { image, photo } from './images.js'
import { docx, relationships, zip } from './office-parts.js'
import { everyday, flate, type Part, pdf } from './pdf-files.js'

const engine = createEngine({ concurrency: 2 })
afterAll(() => engine.close())

/** A smaller document that is accepted as one with resized pictures, as nothing else, and changes no more. */
async function resized(source: Uint8Array, resize: Resize, quality: 'balanced' | 'lossless' = 'balanced') {
  const result = await engine.compress(source, { resize, quality })
  expect(result).toMatchObject({ changed: true, reason: null, detail: null })
  expect(await engine.verify(source, result.bytes, { resize })).toEqual({ ok: true })
  expect(await engine.verify(source, result.bytes)).toMatchObject({ ok: false })
  expect(await engine.verify(source, result.bytes, { resize: { longestEdge: 7 } })).toMatchObject({ ok: false })
  expect(await engine.compress(result.bytes, { resize, quality })).toMatchObject({ changed: false, reason: 'no-gain' })
  return result.bytes
}

describe('an Office file', () => {
  const jpeg = () => image(photo(240, 180)).withMetadata({ density: 144 }).jpeg({ quality: 96 }).toBuffer()
  const png = () => image(photo(120, 90)).withMetadata({ density: 144 }).png({ compressionLevel: 1 }).toBuffer()
  const contents = (bytes: Uint8Array) =>
    new Map(readZip(bytes).entries.map((entry) => [entry.name, Buffer.from(unpack(entry))]))

  test.each<[Resize, [number, number], [number, number], number]>([
    [{ longestEdge: 60 }, [60, 45], [60, 45], 36],
    [{ percent: 50 }, [120, 90], [60, 45], 72],
  ])('at %o: its pictures have other pixels, nothing else changes', async (resize, first, second, density) => {
    const source = zip(docx({ 'image1.jpeg': await jpeg(), 'image2.png': await png() }))
    const [before, after] = [contents(source), contents(await resized(source, resize))]
    const shown = await sharp(after.get('word/media/image1.jpeg')).metadata()
    expect([shown.width, shown.height]).toEqual(first)
    // As large as before where nothing but its density says how large it is.
    expect(shown.density).toBe(density)
    const other = await sharp(after.get('word/media/image2.png')).metadata()
    expect([other.width, other.height]).toEqual(second)
    for (const [name, content] of before) {
      if (!name.includes('/media/')) expect(after.get(name)?.equals(content), name).toBe(true)
    }
  })

  test('a picture that fills a shape as tiles keeps its pixels', async () => {
    const pictures = { 'shown.jpeg': await jpeg(), 'tile.png': await png() }
    const tiles = {
      name: 'word/theme/theme1.xml',
      content: '<a:blipFill><a:blip r:embed="rId1"/><a:tile/></a:blipFill>',
    }
    const leads = relationships('word/theme/_rels/theme1.xml.rels', [['../media/tile.png', 'image']])
    const after = contents(await resized(zip(docx(pictures, [tiles, leads])), { longestEdge: 60 }))
    expect((await sharp(after.get('word/media/shown.jpeg')).metadata()).width).toBe(60)
    expect((await sharp(after.get('word/media/tile.png')).metadata()).width).toBe(120)
    expect(after.get('word/media/tile.png')?.length).toBeLessThan(pictures['tile.png'].length)
  })
})

describe('a PDF', () => {
  const pictures = (bytes: Uint8Array) => {
    const model = readModel(openDocument(bytes))
    const found = [...model.objects.values()].flatMap((object) =>
      object instanceof Stream ? (readPicture(object, model.resolve) ?? []) : [],
    )
    return { model, found }
  }

  test.each(['balanced', 'lossless'] as const)('%s: pictures and their masks shrink together', async (quality) => {
    const { found } = pictures(await resized(await everyday(), { longestEdge: 48 }, quality))
    const sizes = found.map(({ width, height }) => `${width}×${height}`)
    expect(new Set(sizes)).toEqual(new Set(['48×32']))
  })

  test('lossless, its pixels are those that sharp makes', async () => {
    const source = photo(96, 64)
    const bytes = await resized(onePicture('/ColorSpace /DeviceRGB', source.data), { longestEdge: 40 }, 'lossless')
    const { model, found } = pictures(bytes)
    const [picture] = found
    if (picture === undefined) throw new Error('no picture')
    expect(nameOf(model.resolve(picture.stream.dict.get('Filter')))).toBe('FlateDecode')
    const wanted = await image(source)
      .resize({ width: 40, height: 27, fit: 'fill', kernel: 'lanczos3' })
      .raw()
      .toBuffer()
    const data = decodeFully(picture.stream, model.resolve, 1e6)
    expect(Buffer.compare(data ?? Buffer.alloc(0), wanted)).toBe(0)
  })

  test.each([
    ['a colour that is transparent', '/ColorSpace /DeviceRGB /Mask [0 9 0 9 0 9]'],
    ['inverted numbers', '/ColorSpace /DeviceRGB /Decode [1 0 1 0 1 0]'],
    ['four inks', '/ColorSpace /DeviceCMYK'],
  ])('a picture of %s keeps its pixels', async (_, entries) => {
    const samples = entries.includes('CMYK') ? photo(96, 64, 4).data : photo(96, 64).data
    const { bytes } = await engine.compress(onePicture(entries, samples), { resize: { longestEdge: 40 } })
    expect(pictures(bytes).found.map(({ width, height }) => [width, height])).toEqual([[96, 64]])
  })

  test('a percentage is not for its pictures, which could not tell that they have been scaled', async () => {
    const source = onePicture('/ColorSpace /DeviceRGB', photo(96, 64).data)
    const options = { resize: { percent: 50 } }
    const { bytes } = await engine.compress(source, options)
    expect(bytes).toEqual((await engine.compress(source)).bytes)
    expect(await engine.verify(source, bytes, options)).toEqual({ ok: true })
  })

  function onePicture(entries: string, data: Uint8Array): Uint8Array {
    const parts: Part[] = [
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 200 200] >>',
      '<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >>',
      { dict: '', data: Buffer.from('q 96 0 0 64 20 20 cm /I Do Q') },
      flate(`/Type /XObject /Subtype /Image /Width 96 /Height 64 /BitsPerComponent 8 ${entries}`, data),
    ]
    return pdf(parts)
  }
})
