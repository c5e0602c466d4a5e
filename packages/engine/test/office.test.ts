import { crc32 } from 'node:zlib'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { resolveSettings, type SettingsInput } from '../src/codecs/settings.js'
import { latin1 } from '../src/inspect/bytes.js'
import { compareOffice, compressOffice, inspectOffice } from '../src/office/index.js'
import { unpack } from '../src/office/zip-inflate.js'
import { readZip } from '../src/office/zip-read.js'
import { image, photo, pixels, randomOf } from './images.js'
import { compressImage } from './office-encoder.js'
import {
  type Archive,
  contentTypes,
  docx,
  extraField,
  type Part,
  relationships,
  TIME,
  xlsx,
  zip,
} from './office-parts.js'

const compress = (bytes: Uint8Array, input: SettingsInput = {}) =>
  compressOffice(bytes, resolveSettings(input), compressImage)

/** What is left, when something is gained. */
async function smaller(source: Uint8Array, input: SettingsInput = {}) {
  const answer = await compress(source, input)
  if (answer.kind !== 'gain') throw new Error(JSON.stringify(answer))
  expect(answer.bytes.length).toBeLessThan(source.length)
  expect(await compareOffice(source, answer.bytes)).toBeNull()
  return answer
}

function contents(bytes: Uint8Array): Map<string, Buffer> {
  return new Map(readZip(bytes).entries.map((entry) => [entry.name, Buffer.from(unpack(entry))]))
}

const jpeg = (density = 72) => image(photo(240, 180)).withMetadata({ density }).jpeg({ quality: 96 }).toBuffer()
const png = (density?: number) => {
  const picture = image(photo(120, 90))
  return (density ? picture.withMetadata({ density }) : picture).png({ compressionLevel: 1 }).toBuffer()
}
const pictures = async () => ({ 'image1.jpeg': await jpeg(), 'image2.png': await png() })
const noise = (length: number, seed = 5) => {
  const random = randomOf(seed)
  return Buffer.from(Array.from({ length }, () => random() * 256))
}

describe('a document', () => {
  test('keeps every part but its pictures, which get smaller under their names', async () => {
    const source = zip(docx(await pictures()))
    const { bytes, quality } = await smaller(source)
    expect(quality).toBeGreaterThanOrEqual(80)
    expect(quality).toBeLessThan(100)
    const [before, after] = [contents(source), contents(bytes)]
    expect([...after.keys()]).toEqual([...before.keys()])
    for (const [name, content] of before) {
      const result = after.get(name) ?? Buffer.alloc(0)
      if (!name.includes('/media/')) expect(result.equals(content), name).toBe(true)
      else {
        expect(result.length, name).toBeLessThan(content.length)
        const [a, b] = [await pixels(content), await pixels(result)]
        expect([b.width, b.height, (await sharp(result).metadata()).format]).toEqual([
          a.width,
          a.height,
          (await sharp(content).metadata()).format,
        ])
      }
    }
  })

  test('loses no pixel at lossless', async () => {
    const source = zip(docx(await pictures()))
    const { bytes, quality } = await smaller(source, { quality: 'lossless' })
    expect(quality).toBe(100)
    for (const [name, content] of contents(source)) {
      if (!name.includes('/media/')) continue
      const [a, b] = [await pixels(content), await pixels(contents(bytes).get(name) ?? Buffer.alloc(0))]
      expect(a.data.equals(b.data), name).toBe(true)
    }
  })

  test.each<SettingsInput>([{}, { quality: 'lossless' }, { quality: 'small', metadata: 'all' }, { effort: 'max' }])(
    'compressed again with %j stays as it is, and every run gives the same bytes',
    async (input) => {
      const source = zip(docx(await pictures()))
      const first = await smaller(source, input)
      expect(Buffer.compare((await smaller(source, input)).bytes, first.bytes)).toBe(0)
      expect(await compress(first.bytes, input)).toEqual({ kind: 'kept', reason: 'no-gain' })
    },
  )

  test('keeps the density of its pictures, by which tiles are sized', async () => {
    const source = zip(docx({ 'image1.jpeg': await jpeg(144), 'image2.png': await png(200) }))
    const after = contents((await smaller(source)).bytes)
    const density = async (name: string) => (await sharp(after.get(`word/media/${name}`)).metadata()).density
    expect(await density('image1.jpeg')).toBe(144)
    expect(await density('image2.png')).toBe(200)
  })

  test('keeps the density that only EXIF tells', async () => {
    const plain = await image(photo(240, 180)).withExif({}).jpeg({ quality: 96 }).toBuffer()
    const exif = Buffer.concat([
      Buffer.from('Exif\0\0MM\0*\0\0\0\x08\0\x02', 'latin1'),
      Buffer.from('\x01\x1a\0\x05\0\0\0\x01\0\0\0\x26\x01\x1b\0\x05\0\0\0\x01\0\0\0\x26\0\0\0\0', 'latin1'),
      Buffer.from([0, 0, 0, 250, 0, 0, 0, 1]),
    ])
    const segment = Buffer.concat([Buffer.from([0xff, 0xe1, 0, exif.length + 2]), exif])
    // In place of its JFIF segment, if it has one.
    const rest = plain[3] === 0xe0 ? plain.subarray(4 + plain.readUInt16BE(4)) : plain.subarray(2)
    const source = zip(docx({ 'image1.jpeg': Buffer.concat([plain.subarray(0, 2), segment, rest]) }))
    const result = contents((await smaller(source)).bytes).get('word/media/image1.jpeg')
    expect((await sharp(result).metadata()).density).toBe(250)
  })

  test('only has pictures encoded that are what their names say', async () => {
    const parts = docx({
      'image1.png': await jpeg(),
      'image2.emf': await jpeg(),
      'image3.jpeg': (await jpeg()).subarray(0, 900),
    })
    const source = zip([...parts, { name: 'word/fonts/image4.jpeg', content: await jpeg(), stored: true }])
    expect(contents((await smaller(source)).bytes)).toEqual(contents(source))
  })

  test('has the documents inside it repacked, one level deep', async () => {
    const innermost = zip([...xlsx(), { name: 'xl/media/image1.jpeg', content: await jpeg() }])
    const inner = zip([...xlsx(), { name: 'xl/embeddings/b.xlsx', content: innermost, stored: true }])
    const picture = zip([...xlsx(), { name: 'xl/media/image1.jpeg', content: await jpeg(), stored: true }])
    const source = zip(
      docx({}, [
        { name: 'word/embeddings/a.xlsx', content: inner, stored: true },
        { name: 'word/embeddings/c.xlsx', content: picture, stored: true },
        { name: 'word/embeddings/d.xlsx', content: inner.subarray(0, 500), stored: true },
      ]),
    )
    const { bytes, quality } = await smaller(source)
    expect(quality).toBeLessThan(100)
    const after = contents(bytes)
    expect(contents(after.get('word/embeddings/a.xlsx') ?? inner)).toEqual(contents(inner))
    expect(after.get('word/embeddings/c.xlsx')?.length).toBeLessThan(picture.length * 0.8)
    expect(after.get('word/embeddings/d.xlsx')).toEqual(inner.subarray(0, 500))
  })

  test('that cannot get smaller is kept', async () => {
    const source = (await smaller(zip(docx()))).bytes
    expect(await compress(source)).toEqual({ kind: 'kept', reason: 'no-gain' })
    const stored = docx({}, [{ name: 'word/embeddings/x.bin', content: noise(50_000), stored: true }])
    const { bytes } = await smaller(zip(stored))
    expect(readZip(bytes).entries.at(-1)).toMatchObject({ method: 0, packedSize: 50_000 })
  })
})

describe('archives of other writers', () => {
  const all = (part: Partial<Part>) => docx().map((entry) => ({ ...entry, ...part }))
  const growth = extraField(0xa220, Buffer.alloc(400))
  const stamp = extraField(0x5455, Buffer.from([1, 1, 2, 3, 4]))

  test.each<[string, Part[], Archive]>([
    ['sizes behind the data', all({ descriptor: 'signed' }), {}],
    ['sizes behind the data without a signature', all({ descriptor: 'bare' }), {}],
    ['64-bit sizes', docx(), { zip64: true }],
    ['64-bit sizes in the directory only', all({ descriptor: 'signed' }), {}],
    ['room to grow', all({ localExtra: growth }), {}],
    ['UTF-8 names', [...docx(), { name: 'word/média/ü.xml', content: 'x'.repeat(99), flags: 0x800 }], {}],
    ['comments', all({ comment: 'a part' }), { comment: 'an archive' }],
    ['data in another order than the directory', docx(), { order: [0, 3, 2, 1] }],
    ['folders', [...docx(), { name: 'word/media/', content: '', stored: true }, { name: 'word/x/', content: '' }], {}],
    ['padding behind the end', docx(), {}],
  ])('%s', async (name, parts, archive) => {
    const whole = zip(parts, archive)
    const source = name.startsWith('padding') ? Buffer.concat([whole, Buffer.from('\n')]) : whole
    const { bytes } = await smaller(source)
    const zipped = readZip(bytes)
    expect(latin1(zipped.comment)).toBe(archive.comment ?? '')
    expect(contents(bytes)).toEqual(contents(source))
    for (const [i, entry] of zipped.entries.entries()) {
      expect(entry).toMatchObject({ name: parts[i]?.name, time: TIME, madeBy: 0x0314, internalAttributes: 1 })
      expect(entry).toMatchObject({ externalAttributes: 0x81a40000, flags: (parts[i]?.flags ?? 0) & 0x800 })
      expect(latin1(entry.comment)).toBe(parts[i]?.comment ?? '')
      expect(entry.localExtra.length + entry.extra.length).toBe(0)
    }
  })

  test('extra fields go, those that name an entry stay, all but padding stay when asked', async () => {
    const named = extraField(0x7075, Buffer.concat([Buffer.from([1, 0, 0, 0, 0]), Buffer.from('x')]))
    const both = Buffer.concat([growth, stamp, named])
    const source = zip(all({ localExtra: both, extra: both }))
    for (const entry of readZip((await smaller(source)).bytes).entries) {
      expect([latin1(entry.localExtra), latin1(entry.extra)]).toEqual([latin1(named), latin1(named)])
    }
    const kept = Buffer.concat([stamp, named])
    for (const entry of readZip((await smaller(source, { metadata: 'all' })).bytes).entries) {
      expect([latin1(entry.localExtra), latin1(entry.extra)]).toEqual([latin1(kept), latin1(kept)])
    }
  })
})

describe('left alone', () => {
  const origin = 'http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin'
  const signedTypes = (encoding: 'utf8' | 'utf16le') => {
    const [types, ...rest] = docx()
    const text = String(types?.content).replace(
      '</Types>',
      '<Default Extension="sigs" ContentType="application/vnd.openxmlformats-package.digital-signature-origin"/></Types>',
    )
    return [{ name: '[Content_Types].xml', content: Buffer.from(text, encoding) }, ...rest]
  }
  const compound = (stream: string) =>
    Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(1000), Buffer.from(stream, 'utf16le')])
  const cases: [string, string, Uint8Array][] = [
    ['signature parts', 'signed', zip([...docx(), { name: '_xmlsignatures/sig1.xml', content: '<x/>' }])],
    ['a signature origin elsewhere', 'signed', zip([...docx(), { name: 'sign/origin.sigs', content: '' }])],
    ['a signature’s content type', 'signed', zip(signedTypes('utf8'))],
    ['a signature’s content type in UTF-16', 'signed', zip(signedTypes('utf16le'))],
    [
      'a relationship to a signature',
      'signed',
      zip(
        docx().map((part) =>
          part.name === '_rels/.rels' ? { ...part, content: `${String(part.content)}<!--${origin}-->` } : part,
        ),
      ),
    ],
    ['a package behind a password', 'encrypted', compound('EncryptedPackage')],
    ['a document of before 2007', 'unsupported-format', compound('WordDocument')],
    ['an encrypted entry', 'encrypted', zip([...docx(), { name: 'x', content: 'x', flags: 1 }])],
    [
      'an AES entry',
      'encrypted',
      zip([...docx(), { name: 'x', content: 'x', extra: extraField(0x9901, Buffer.alloc(7)) }]),
    ],
    ['another method', 'unsupported-format', zip([...docx(), { name: 'x', content: 'x', claims: { method: 12 } }])],
    ['an empty archive', 'unsupported-format', zip([])],
    ['a plain archive', 'unsupported-format', zip([{ name: 'word/document.xml', content: 'x' }])],
    [
      'an OpenDocument text',
      'unsupported-format',
      zip([
        { name: 'mimetype', content: 'application/vnd.oasis.opendocument.text', stored: true },
        { name: 'content.xml', content: '<x/>' },
        { name: 'META-INF/manifest.xml', content: '<x/>' },
      ]),
    ],
    [
      'an EPUB with a folder of that name',
      'unsupported-format',
      zip([
        { name: 'mimetype', content: 'application/epub+zip', stored: true },
        { name: 'word/chapter.xml', content: '<x/>' },
      ]),
    ],
    [
      'another kind of package',
      'unsupported-format',
      zip([
        contentTypes('visio/document.xml', 'application/vnd.ms-visio.drawing.main+xml'),
        relationships('_rels/.rels', []),
      ]),
    ],
  ]

  test.each(cases)('%s: %s', async (_, reason, source) => {
    expect(await compress(source)).toEqual({ kind: 'kept', reason })
    expect(inspectOffice(source)).toEqual({ kind: 'kept', reason })
  })
})

test('macro and template forms are told by their main part', () => {
  const media = 'application/vnd.openxmlformats-officedocument'
  const forms = {
    docx: [
      `${media}.wordprocessingml.template.main+xml`,
      'application/vnd.ms-word.document.macroEnabled.main+xml',
      'application/vnd.ms-word.template.macroEnabledTemplate.main+xml',
    ],
    pptx: [
      `${media}.presentationml.presentation.main+xml`,
      `${media}.presentationml.slideshow.main+xml`,
      `${media}.presentationml.template.main+xml`,
      'application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml',
      'application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml',
      'application/vnd.ms-powerpoint.template.macroEnabled.main+xml',
    ],
    xlsx: [
      `${media}.spreadsheetml.template.main+xml`,
      'application/vnd.ms-excel.sheet.macroEnabled.main+xml',
      'application/vnd.ms-excel.template.macroEnabled.main+xml',
      'application/vnd.ms-excel.sheet.binary.macroEnabled.main',
    ],
  }
  for (const [format, types] of Object.entries(forms)) {
    for (const type of types) {
      const source = zip([
        contentTypes('x/main.xml', type),
        relationships('_rels/.rels', []),
        { name: 'x/main.xml', content: '<x/>' },
      ])
      expect(inspectOffice(source), type).toMatchObject({ kind: 'office', format, entries: 3 })
    }
  }
})

test('a look at the directory tells sizes and pictures', async () => {
  const shown = await pictures()
  const sizes = { jpeg: shown['image1.jpeg'].length, png: shown['image2.png'].length, gif: 0 }
  const parts = docx(shown)
  const unpacked = parts.reduce((sum, { content }) => sum + Buffer.from(content).length, 0)
  expect(inspectOffice(zip(parts))).toEqual({
    kind: 'office',
    format: 'docx',
    entries: parts.length,
    unpacked,
    largest: Math.max(...parts.map(({ content }) => Buffer.from(content).length)),
    pictures: sizes,
  })
})

describe('a result that differs is told', () => {
  const source = async () => docx({ 'image1.jpeg': await jpeg() })
  const change = async (alter: (part: Part) => Part, archive: Archive = {}) =>
    compareOffice(zip(await source()), zip((await source()).map(alter), archive))

  test('by its parts', async () => {
    const altered = (name: string, by: Partial<Part>) =>
      change((part) => (part.name === name ? { ...part, ...by } : part))
    expect(await change((part) => part)).toBeNull()
    expect(await altered('word/document.xml', { content: '<x/>' })).toBe('word/document.xml changed')
    expect(await altered('word/document.xml', { name: 'word/other.xml' })).toMatch(/word\/document.xml/)
    expect(await altered('word/document.xml', { comment: 'x' })).toMatch(/word\/document.xml/)
    expect(await change((part) => part, { order: [0, 1, 2, 4, 3] })).toMatch(/order/)
    expect(await change((part) => part, { comment: 'x' })).toMatch(/comment/)
    expect(await compareOffice(zip(await source()), zip((await source()).slice(0, -1)))).toMatch(/missing/)
    expect(await compareOffice(zip(await source()), zip(xlsx()))).toMatch(/xlsx/)
    expect(await altered('word/document.xml', { claims: { crc: crc32('x') } })).toMatch(/checksum/)
  })

  test('by its pictures', async () => {
    const into = (content: Uint8Array) => change((part) => (part.name.endsWith('.jpeg') ? { ...part, content } : part))
    expect(await into(await image(photo(240, 180)).jpeg({ quality: 50 }).toBuffer())).toBeNull()
    expect(await into(await image(photo(240, 181)).jpeg().toBuffer())).toMatch(/height/)
    expect(await into(await png())).toMatch(/jpeg/)
    expect(await into((await jpeg()).subarray(0, 900))).toMatch(/damaged/)
    const asked = await compareOffice(
      zip(await source()),
      zip(docx({ 'image1.jpeg': await image(photo(240, 180)).jpeg({ quality: 50 }).toBuffer() })),
      async (_, __, format) => `asked about a ${format}`,
    )
    expect(asked).toBe('word/media/image1.jpeg: asked about a jpeg')
  })
})
