import { deflateSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { openDocument } from '../src/pdf/document.js'
import { comparePdf, compressPdf, inspectPdf, type PdfAnswer } from '../src/pdf/index.js'
import { readModel } from '../src/pdf/model.js'
import { dictOf, nameOf, Stream, Text } from '../src/pdf/values.js'
import { randomOf } from './images.js'
import { imagesOf, openEngine, settingsFor } from './pdf-engine.js'
import { everyday, flate, type Part, pdf, plain } from './pdf-files.js'

const engine = openEngine()
afterAll(() => engine.close())
const images = imagesOf(engine)

function gained(answer: PdfAnswer): Uint8Array {
  if (answer.kind !== 'gain') throw new Error(JSON.stringify(answer))
  return answer.bytes
}

const read = (bytes: Uint8Array) => readModel(openDocument(bytes))

describe('a PDF of everything', () => {
  test.each(['lossless', 'balanced'] as const)(
    '%s: smaller, the same to a reader, and never smaller again',
    async (quality) => {
      const source = await everyday()
      const settings = settingsFor(quality)
      const answer = await compressPdf(source, settings, images)
      const result = gained(answer)
      expect(result.length).toBeLessThan(source.length * 0.9)
      expect(await comparePdf(source, result, { exact: quality === 'lossless' })).toBeNull()
      expect(await compressPdf(result, settings, images)).toEqual({ kind: 'kept', reason: 'no-gain' })
      expect(await compressPdf(source, settings, images)).toEqual(answer)
      if (answer.kind === 'gain' && quality === 'balanced') expect(answer.quality).toBeGreaterThanOrEqual(80)
      if (answer.kind === 'gain' && quality === 'lossless') expect(answer.quality).toBe(100)
    },
  )

  test('lossy is smaller than lossless', async () => {
    const source = await everyday()
    const lossless = gained(await compressPdf(source, settingsFor('lossless'), images))
    expect(gained(await compressPdf(source, settingsFor('small'), images)).length).toBeLessThan(lossless.length * 0.9)
  })

  test('metadata: private data go, the description stays unless nothing is to stay', async () => {
    const source = await everyday()
    const [safe, all, none] = await Promise.all(
      (['safe', 'all', 'none'] as const).map(async (policy) =>
        read(gained(await compressPdf(source, settingsFor('lossless', policy), images))),
      ),
    )
    const hasPrivate = (model: ReturnType<typeof read> | undefined) =>
      [...(model?.objects.values() ?? [])].some((object) => dictOf(object)?.has('PieceInfo'))
    const info = (model: ReturnType<typeof read> | undefined) => [...(dictOf(model?.resolve(model.trailer.info)) ?? [])]
    expect([safe, all, none].map(hasPrivate)).toEqual([false, true, false])
    expect(info(safe)).toEqual([
      ['Title', new Text('A title')],
      ['Author', new Text('Somebody')],
    ])
    expect(info(none)).toEqual([['Title', new Text('A title')]])
    expect(safe?.catalog.has('Metadata')).toBe(true)
  })

  test('its ID stays, and with it the bytes of every run', async () => {
    const result = gained(await compressPdf(await everyday(), settingsFor('lossless'), images))
    expect(read(result).trailer.id).toEqual([new Text('\x00\x11\x22\x33'), new Text('\x44\x55\x66\x77')])
  })
})

/** A page of text, and whatever the catalog and the other objects shall hold. */
function page(catalog: string, others: readonly Part[] = [], options = {}): Uint8Array {
  const content = plain('BT /F1 12 Tf (words and words) Tj ET\n'.repeat(200))
  const parts = [
    `<< /Type /Catalog /Pages 2 0 R ${catalog} >>`,
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R >>',
    content,
    ...others,
  ]
  return pdf(parts, options)
}

describe('left alone', () => {
  const field = '<< /FT /Sig /T (s) /V 6 0 R >>'
  test.each([
    [
      'signed',
      page('/AcroForm << /Fields [5 0 R] /SigFlags 3 >>', [
        field,
        '<< /Type /Sig /ByteRange [0 1 2 3] /Contents <00> >>',
      ]),
    ],
    ['signed', page('/AcroForm << /Fields [5 0 R] >>', [field, '<< /Type /DocTimeStamp /Contents <00> >>'])],
    ['signed', page('/Perms << /UR3 5 0 R >>', ['<< /Type /Sig >>'])],
    ['encrypted', page('', ['<< /Filter /Standard /V 1 >>'], { trailer: '/Encrypt 5 0 R' })],
    ['portfolio', page('/Collection << /View /D >>')],
    ['dynamic-form', page('/NeedsRendering true')],
  ])('%s', async (reason, source) => {
    expect(await compressPdf(source, settingsFor('balanced'), images)).toEqual({ kind: 'kept', reason })
  })

  test('an unsigned signature field keeps nobody from it', async () => {
    const source = page('/AcroForm << /Fields [5 0 R] >>', ['<< /FT /Sig /T (s) >>'])
    expect(await compressPdf(source, settingsFor('balanced'), images)).toMatchObject({ kind: 'gain' })
  })

  test('damaged: cut short, a wrong length, a wrong place, a key that stands twice', async () => {
    const text = Buffer.from(page('')).toString('latin1')
    const damaged = [
      text.slice(0, -40),
      text.replace(/\/Length (\d+)/, (_, size: string) => `/Length ${Number(size) - 7}`),
      text.replace('3 0 obj', '9 0 obj'),
      text.replace('/Count 1', '/Count 1 /Count 1'),
    ]
    for (const one of damaged) {
      const answer = await compressPdf(Buffer.from(one, 'latin1'), settingsFor('balanced'), images)
      expect(answer.kind).toBe('broken')
    }
  })
})

describe('standards', () => {
  const claim = (part: number): Part =>
    plain(`<rdf:Description pdfaid:part="${part}" pdfaid:conformance="B"/>`, '/Type /Metadata /Subtype /XML')

  test('PDF/A-1 has no object streams, and its claim is not compressed', async () => {
    const source = page('/Metadata 5 0 R', [claim(1)], { trailer: '/ID [<01> <02>]' })
    const text = Buffer.from(gained(await compressPdf(source, settingsFor('balanced', 'none'), images))).toString(
      'latin1',
    )
    expect(text).toMatch(/^%PDF-1\.4\n/)
    expect(text).toContain('pdfaid:part="1"')
    expect(text).not.toMatch(/\/ObjStm|\/XRef/)
  })

  test('PDF/A-2 has them', async () => {
    const source = page('/Metadata 5 0 R', [claim(2)])
    const text = Buffer.from(gained(await compressPdf(source, settingsFor('balanced', 'none'), images))).toString(
      'latin1',
    )
    expect(text).toContain('pdfaid:part="2"')
    expect(text).toMatch(/\/ObjStm/)
  })
})

describe('pictures', () => {
  const picture = (entries: string, data: Uint8Array): Uint8Array =>
    pdf([
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
      '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Resources << /XObject << /I 4 0 R >> >> >>',
      flate(`/Type /XObject /Subtype /Image /Width 64 /Height 64 ${entries}`, data),
    ])

  const noise = (size: number): Buffer =>
    Buffer.from(Array.from({ length: size }, (_, i) => 128 + 90 * Math.sin(i * i)))
  const pictureOf = (bytes: Uint8Array): Stream => {
    const found = [...read(bytes).objects.values()].find((one) => one instanceof Stream && one.dict.has('Width'))
    if (!(found instanceof Stream)) throw new Error('no picture')
    return found
  }

  test('few colours become a palette of the same colour space, exactly', async () => {
    const random = randomOf(5)
    const colours = [Buffer.from([9, 8, 7]), Buffer.from([60, 70, 80])]
    const samples = Buffer.concat(
      Array.from({ length: 64 * 64 }, () => colours[Math.floor(random() * 2)] ?? Buffer.alloc(3)),
    )
    const source = picture('/ColorSpace /DeviceRGB /BitsPerComponent 8', samples)
    const result = gained(await compressPdf(source, settingsFor('lossless'), images))
    expect(await comparePdf(source, result, { exact: true })).toBeNull()
    expect(pictureOf(result).dict.get('BitsPerComponent')).toBe(1)
  })

  test.each([
    ['colour-keyed', '/ColorSpace /DeviceRGB /BitsPerComponent 8 /Mask [0 9 0 9 0 9]', 3],
    ['CMYK', '/ColorSpace /DeviceCMYK /BitsPerComponent 8', 4],
    ['16 bits', '/ColorSpace /DeviceRGB /BitsPerComponent 16', 6],
    ['inverted', '/ColorSpace /DeviceRGB /BitsPerComponent 8 /Decode [1 0 1 0 1 0]', 3],
    ['Lab', '/ColorSpace [/Lab << /WhitePoint [0.9 1 1.1] >>] /BitsPerComponent 8', 3],
  ])('%s ones lose no sample at any quality', async (_, entries, bytes) => {
    const samples = noise(64 * 64 * bytes)
    for (let i = 0; i < samples.length; i += 2) samples[i] = 7
    const source = picture(entries, samples)
    const answer = await compressPdf(source, settingsFor('small'), images)
    if (answer.kind === 'gain') expect(await comparePdf(source, answer.bytes, { exact: true })).toBeNull()
    else expect(answer).toEqual({ kind: 'kept', reason: 'no-gain' })
  })

  test('JPX, JBIG2 and fax data stay byte for byte', async () => {
    for (const filter of ['JPXDecode', 'JBIG2Decode', 'CCITTFaxDecode']) {
      const data = noise(3000)
      const coded = {
        dict: `/Subtype /Image /Width 8 /Height 8 /BitsPerComponent 1 /ColorSpace /DeviceGray /Filter /${filter}`,
        data,
      }
      const source = pdf([
        '<< /Type /Catalog /Pages 2 0 R >>',
        '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
        '<< /Type /Page /Parent 2 0 R /Resources << /XObject << /I 4 0 R >> >> /Contents 5 0 R >>',
        coded,
        plain('q Q '.repeat(900)),
      ])
      const found = pictureOf(gained(await compressPdf(source, settingsFor('small'), images)))
      expect(Buffer.compare(found.raw, data)).toBe(0)
      expect(nameOf(found.dict.get('Filter'))).toBe(filter)
    }
  })
})

describe('a comparison', () => {
  test.each([
    ['a page less', '/Kids [3 0 R 4 0 R]', '/Kids [3 0 R]      '],
    ['another box', '/CropBox [0 0 300.50', '/CropBox [0 0 300.40'],
    ['other text', 'Some words', 'Some w0rds'],
    ['another link', 'example.org', 'example.com'],
    ['another field', '/T (name)', '/T (nome)'],
    ['another tag', '/Alt (a#)', '/Alt (b#)'],
    ['another attachment', 'An attached note', 'An attacked note'],
    ['another outline', '(First', '(Furst'],
    ['another rotation', '/Rotate 90', '/Rotate 00'],
  ])('sees %s', async (_, before, after) => {
    const source = await everyday()
    const text = Buffer.from(source).toString('latin1')
    expect(text).toContain(before)
    expect(await comparePdf(source, source)).toBeNull()
    expect(await comparePdf(source, Buffer.from(text.replaceAll(before, after), 'latin1'))).not.toBeNull()
  })
})

test('a look at the bytes', async () => {
  expect(inspectPdf(await everyday())).toEqual({
    version: '1.4',
    signed: false,
    encrypted: false,
    linearized: false,
    archival: false,
    pages: 2,
    pixels: 4 * 96 * 64,
    largest: 96 * 64,
  })
  expect(inspectPdf(new Uint8Array())).toMatchObject({ version: null, pages: null })
})

describe('bombs end quickly', () => {
  const bomb = deflateSync(Buffer.alloc(2 ** 26), { level: 9 })
  const nested = (times: number, data: Buffer): Buffer => (times === 0 ? data : nested(times - 1, deflateSync(data)))

  test('streams of kilobytes that become gigabytes stay as they are', async () => {
    const huge = nested(1, Buffer.concat(new Array<Buffer>(40).fill(bomb)))
    const parts = Array.from({ length: 40 }, (_, i) => ({
      dict: `/N ${i} /Filter [/FlateDecode /FlateDecode]`,
      data: huge,
    }))
    const source = page(`/Bombs [${parts.map((_, i) => `${i + 5} 0 R`).join(' ')}]`, parts)
    expect((await compressPdf(source, settingsFor('lossless'), images)).kind).toBe('gain')
  })

  test('an object stream that becomes gigabytes breaks the file', async () => {
    const data = deflateSync(Buffer.alloc(2 ** 27), { level: 9 })
    const source = page('', [{ dict: '/Type /XRef /Size 9 /W [1 2 1] /Filter /FlateDecode', data }])
    const at = Buffer.from(source).toString('latin1').lastIndexOf('5 0 obj')
    const end = Buffer.from(`startxref\n${at}\n%%EOF\n`)
    expect((await compressPdf(Buffer.concat([source, end]), settingsFor('lossless'), images)).kind).toBe('broken')
  })

  test('an array of a quarter of a million objects', async () => {
    const others = new Array<string>(250_000).fill('<< /A 1 >>')
    const source = page(`/Many [${others.map((_, i) => `${i + 5} 0 R`).join(' ')}]`, others)
    expect((await compressPdf(source, settingsFor('lossless'), images)).kind).toBe('gain')
  })

  test('arrays in arrays, and references that lead to one another', async () => {
    const deep = page(`/Deep ${'['.repeat(1e5)}${']'.repeat(1e5)}`)
    expect(await compressPdf(deep, settingsFor('lossless'), images)).toEqual({ kind: 'kept', reason: 'too-large' })
    const circle = page('/A 5 0 R', ['6 0 R', '5 0 R'])
    expect((await compressPdf(circle, settingsFor('lossless'), images)).kind).toBe('broken')
  })
})
