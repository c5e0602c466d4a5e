import { constants, deflateRawSync, deflateSync } from 'node:zlib'
import type { Reason } from '@compress-fast/engine'
import sharp from 'sharp'
import {
  ascii,
  be32,
  box,
  jpegSegment,
  le32,
  picture,
  pngChunk,
  riffChunk,
  webp,
  withChunks,
  withSegments,
} from './image-parts.js'
import { docx, type Part, xlsx, zip } from './office-parts.js'
import { pdf, plain } from './pdf-files.js'

const MB = 1e6

/** A small file that asks for much, and what has to come of it. */
export interface Bomb {
  readonly name: string
  readonly make: () => Promise<Uint8Array> | Uint8Array
  /** Why it stays as it is; `'changed'` where it is harmless and becomes smaller. */
  readonly outcome: Reason | 'changed'
}

const pixels = (width: number, height: number): Buffer => Buffer.concat([be32(width), be32(height)])

/** A zlib stream of so many zeros; beyond 50 MB by way of repetition, with a wrong checksum. */
function zeros(length: number): Buffer {
  if (length <= 50 * MB) return deflateSync(Buffer.alloc(length), { level: 9 })
  const block = deflateRawSync(Buffer.alloc(50 * MB), { level: 9, finishFlush: constants.Z_FULL_FLUSH })
  return Buffer.concat([
    Buffer.of(0x78, 0xda),
    ...Array<Buffer>(Math.ceil(length / 50 / MB)).fill(block),
    Buffer.of(3, 0),
    be32(0),
  ])
}

function svg(content: string, side = 90): Buffer {
  const namespaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
  return Buffer.from(`<svg ${namespaces} width="${side}" height="${side}"><!-- drawn by hand -->${content}</svg>`)
}

/** A picture's bytes with numbers at the place of a text in it overwritten. */
function patched(bytes: Buffer, text: string, offset: number, value: Uint8Array): Buffer {
  const copy = Buffer.from(bytes)
  copy.set(value, copy.indexOf(text, 0, 'latin1') + offset)
  return copy
}

const small = (): Promise<Buffer> => picture().png().toBuffer()

/** A PNG that is as large as it says, of one bit a pixel. */
function blank(width: number, height: number): Buffer {
  return png(
    pngChunk('IHDR', pixels(width, height), Buffer.of(1, 0, 0, 0, 0)),
    pngChunk('IDAT', zeros((Math.ceil(width / 8) + 1) * height)),
  )
}

function png(...chunks: readonly Uint8Array[]): Buffer {
  return Buffer.concat([ascii('\x89PNG\r\n\x1a\n'), ...chunks, pngChunk('IEND')])
}

/** An animated PNG of so many frames of one pixel. */
function framesPng(count: number, claimed: number, size = 1): Buffer {
  const data = deflateSync(Buffer.alloc(2))
  const control = (sequence: number): Buffer =>
    pngChunk('fcTL', be32(sequence), pixels(size, size), pixels(0, 0), Buffer.of(0, 1, 0, 100, 0, 0))
  const frames = Array.from({ length: count - 1 }, (_, i) => [
    control(2 * i + 1),
    pngChunk('fdAT', be32(2 * i + 2), data),
  ])
  const header = pngChunk('IHDR', pixels(1, 1), Buffer.of(8, 0, 0, 0, 0))
  return png(
    header,
    pngChunk('acTL', be32(claimed), be32(0)),
    control(0),
    pngChunk('IDAT', data),
    Buffer.concat(frames.flat()),
  )
}

/** A GIF of so many frames of one pixel on a screen. */
function framesGif(count: number, width: number, height: number): Buffer {
  const screen = Buffer.from([
    ...ascii('GIF89a'),
    width & 255,
    width >> 8,
    height & 255,
    height >> 8,
    0x80,
    0,
    0,
    0,
    0,
    0,
    255,
    255,
    255,
  ])
  const frame = Buffer.from([0x21, 0xf9, 4, 0, 5, 0, 0, 0, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0])
  return Buffer.concat([screen, ...Array.from({ length: count }, () => frame), Buffer.of(0x3b)])
}

/** An animated WebP of so many frames of one pixel on a canvas. */
async function framesWebp(count: number, width: number, height: number): Promise<Buffer> {
  const still = await sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } })
    .webp({ lossless: true })
    .toBuffer()
  const short = (value: number): Buffer => le32(value).subarray(0, 3)
  const head = Buffer.concat([short(0), short(0), short(0), short(0), short(40), Buffer.of(0)])
  const frame = riffChunk('ANMF', Buffer.concat([head, still.subarray(12)]))
  const canvas = Buffer.concat([Buffer.of(2, 0, 0, 0), short(width - 1), short(height - 1)])
  return webp(
    riffChunk('VP8X', canvas),
    riffChunk('ANIM', Buffer.alloc(6)),
    ...Array.from({ length: count }, () => frame),
  )
}

/** A progressive JPEG in which every scan comes so many times. */
async function scansJpeg(count: number): Promise<Buffer> {
  const create = { width: 3000, height: 2000, channels: 3, background: '#777' } as const
  const source = await sharp({ create }).jpeg({ progressive: true }).toBuffer()
  const last = source.lastIndexOf(Buffer.of(0xff, 0xda))
  const scan = source.subarray(last, -2)
  return Buffer.concat([source.subarray(0, last), ...Array.from({ length: count }, () => scan), Buffer.of(0xff, 0xd9)])
}

/** Ten of each level in the next. */
function levels(count: number, first: string, next: (below: number) => string): string {
  return first + Array.from({ length: count }, (_, i) => next(i)).join('')
}

const laughs = `<!DOCTYPE svg [${levels(9, '<!ENTITY e0 "ha">', (i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`)}]>`
// Each group wants a canvas of its own: without, the renderer ends at its own limit of uses, within seconds.
const uses = levels(
  9,
  '<g id="u0"><rect width="1" height="1"/></g>',
  (i) => `<g id="u${i + 1}" opacity=".9">${`<use href="#u${i}"/>`.repeat(10)}</g>`,
)

const part = (name: string, content: Uint8Array | string, claims?: Part['claims']): Part => ({
  name,
  content,
  ...(claims && { claims }),
})

/** An archive of archives of zeros. */
function nested(depth: number): Buffer {
  const inner = depth === 0 ? Buffer.alloc(15 * MB) : nested(depth - 1)
  return zip(
    docx(
      {},
      Array.from({ length: 4 }, (_, i) => part(`word/embeddings/${i}.docx`, inner)),
    ),
  )
}

/** Entries that all have the same data. */
function overlapping(): Buffer {
  const file = zip(docx({}, [part('a', Buffer.alloc(MB)), part('b', 'b')]))
  const copy = Buffer.from(file)
  const first = copy.indexOf('PK\x03\x04', copy.indexOf('word/document.xml'), 'latin1')
  copy.writeUInt32LE(first, copy.lastIndexOf('PK\x01\x02', undefined, 'latin1') + 42)
  return copy
}

const page = [
  '<< /Type /Catalog /Pages 2 0 R >>',
  '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
  '<< /Type /Page /Parent 2 0 R /Contents 4 0 R /MediaBox [0 0 9 9] >>',
]

/** A page with what a stream's dictionary says of its data. */
function stream(dict: string, data: Uint8Array): Uint8Array {
  return pdf([...page, { dict, data }, plain(' '.repeat(9000))])
}

/** 3 GB of zeros packed three times. */
const thrice = (): Buffer => deflateSync(deflateSync(zeros(3000 * MB), { level: 9 }), { level: 9 })

/** A PDF whose objects all lie in an object stream that lies in itself. */
function recursive(): Uint8Array {
  const table = Buffer.concat([1, 2, 3].map(() => Buffer.of(2, 0, 3, 0)))
  const body = `%PDF-1.5\n3 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Length 8 /Extends 3 0 R >>\nstream\n1 0 null\nendstream\nendobj\n`
  const xref = `4 0 obj\n<< /Type /XRef /Size 5 /Root 1 0 R /W [1 2 1] /Index [1 3] /Length ${table.length} >>\nstream\n${table.toString('latin1')}\nendstream\nendobj\n`
  return Buffer.from(`${body}${xref}startxref\n${body.length}\n%%EOF\n`, 'latin1')
}

/** A PDF whose cross-reference sections lead to each other. */
function circular(): Uint8Array {
  const text = Buffer.from(pdf([...page, plain(' '.repeat(9000))])).toString('latin1')
  const at = text.indexOf('xref\n')
  return Buffer.from(text.replace('/Root', `/Prev ${at} /Root`), 'latin1')
}

export const bombs: readonly Bomb[] = [
  {
    name: 'PNG of 65,536² pixels',
    make: async () => patched(await small(), 'IHDR', 4, pixels(65_536, 65_536)),
    outcome: 'broken',
  },
  {
    name: 'PNG of 65,536² pixels with a true checksum',
    make: () => blankHeader(65_536, 65_536),
    outcome: 'too-many-pixels',
  },
  { name: 'PNG of 49 megapixels in 7 kB', make: () => blank(7_000, 7_000), outcome: 'no-gain' },
  { name: 'JPEG of 65,500² pixels', make: hugeJpeg, outcome: 'too-many-pixels' },
  { name: 'JPEG of 20,000 scans', make: () => scansJpeg(20_000), outcome: 'broken' },
  {
    name: 'JPEG of 5 million segments',
    make: async () =>
      withSegments(await picture().jpeg().toBuffer(), Buffer.alloc(20 * MB, Buffer.of(0xff, 0xef, 0, 2))),
    outcome: 'broken',
  },
  {
    name: 'PNG of 2 million chunks',
    make: async () => withChunks(await small(), Buffer.alloc(24 * MB, pngChunk('teXt'))),
    outcome: 'broken',
  },
  {
    name: 'GIF of 20 million sub-blocks',
    make: () =>
      Buffer.concat([
        framesGif(1, 9, 9).subarray(0, -1),
        ascii('\x21\xfe'),
        Buffer.alloc(40 * MB, Buffer.of(1, 0x20)),
        Buffer.of(0, 0x3b),
      ]),
    outcome: 'changed',
  },
  {
    name: 'AVIF of 2.5 million boxes',
    make: async () =>
      Buffer.concat([await picture().avif({ effort: 0 }).toBuffer(), Buffer.alloc(20 * MB, box('free'))]),
    outcome: 'broken',
  },
  {
    name: 'WebP of 2.5 million chunks',
    make: async () =>
      webp((await picture().webp().toBuffer()).subarray(12), Buffer.alloc(20 * MB, riffChunk('none', Buffer.alloc(0)))),
    outcome: 'broken',
  },
  { name: 'GIF screen of 65,535² pixels', make: () => framesGif(1, 65_535, 65_535), outcome: 'too-many-pixels' },
  { name: 'GIF of 100,000 frames', make: () => framesGif(100_000, 50, 50), outcome: 'too-many-pixels' },
  {
    name: 'GIF of 100,000 frames on a large screen',
    make: () => framesGif(100_000, 5_000, 5_000),
    outcome: 'too-many-pixels',
  },
  {
    name: 'GIF of ten frames of a pixel on 49 megapixels',
    make: () => framesGif(10, 7_000, 7_000),
    outcome: 'no-gain',
  },
  { name: 'WebP canvas of 16,384² pixels', make: () => framesWebp(2, 16_384, 16_384), outcome: 'too-many-pixels' },
  { name: 'WebP of 100,000 frames', make: () => framesWebp(100_000, 10, 10), outcome: 'too-many-pixels' },
  { name: 'PNG of 100,000 frames', make: () => framesPng(100_000, 100_000), outcome: 'too-many-pixels' },
  { name: 'PNG that claims 2³¹ frames', make: () => framesPng(2, 0x7fffffff), outcome: 'broken' },
  { name: 'PNG with frames of 65,535² pixels', make: () => framesPng(2, 2, 65_535), outcome: 'broken' },
  {
    name: 'AVIF of 60,000² pixels',
    make: async () => patched(await picture().avif({ effort: 0 }).toBuffer(), 'ispe', 8, pixels(60_000, 60_000)),
    outcome: 'too-many-pixels',
  },
  {
    name: 'PNG with a text of 200 MB',
    make: async () => withChunks(await small(), pngChunk('zTXt', 'a\0\0', zeros(200 * MB))),
    outcome: 'changed',
  },
  {
    name: 'PNG with a profile of 200 MB',
    make: async () => withChunks(await small(), pngChunk('iCCP', 'a\0\0', zeros(200 * MB))),
    outcome: 'no-gain',
  },
  {
    name: 'JPEG with an EXIF directory of 65,535 entries that lead back to it',
    make: async () => withSegments(await picture().jpeg().toBuffer(), jpegSegment(0xe1, 'Exif\0\0', loopingExif())),
    outcome: 'broken',
  },
  {
    name: 'SVG with a line of a billion dashes',
    make: () => svg('<path d="M0 0H99999999" stroke="red" stroke-dasharray="0.01"/>'),
    outcome: 'changed',
  },
  {
    name: 'SVG of 30,000² pixels',
    make: () => svg('<rect width="9" height="9"/>', 30_000),
    outcome: 'changed',
  },
  {
    name: 'SVG with a filter of a billion pixels',
    make: () =>
      svg(
        '<filter id="f" x="-9999999" y="-9999999" width="99999999" height="99999999"><feTurbulence numOctaves="99"/><feGaussianBlur stdDeviation="1e9"/></filter><rect width="9" height="9" filter="url(#f)"/>',
      ),
    outcome: 'changed',
  },
  {
    name: 'SVG with a text of 100 kB',
    make: () => svg(`<text font-size="9999">${'text '.repeat(20_000)}</text>`),
    outcome: 'crashed',
  },
  {
    name: 'zip of 40 MB in 40 kB',
    make: () => zip(docx({}, [part('a', Buffer.alloc(40 * MB))])),
    outcome: 'too-large',
  },
  { name: 'zip of zips of zips of zeros', make: () => nested(2), outcome: 'changed' },
  { name: 'zip whose entries overlap', make: overlapping, outcome: 'unsafe-archive' },
  {
    name: 'zip with a path out of it',
    make: () => zip(docx({}, [part('../../etc/passwd', 'x')])),
    outcome: 'unsafe-archive',
  },
  {
    name: 'zip with a part larger than it says',
    make: () => zip(docx({}, [part('a', Buffer.alloc(60 * MB), { size: 100 })])),
    outcome: 'broken',
  },
  {
    name: 'sheet of a billion laughs',
    make: () => zip([...xlsx(), part('xl/comments.xml', `${laughs}<a>&e9;</a>`)]),
    outcome: 'changed',
  },
  {
    name: 'PDF stream of 3 GB packed three times',
    make: () => stream('/Filter [/FlateDecode /FlateDecode /FlateDecode]', thrice()),
    outcome: 'changed',
  },
  {
    name: 'PDF object stream of 900 MB',
    make: () => stream('/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode', zeros(900 * MB)),
    outcome: 'changed',
  },
  {
    name: 'PDF pages that are their own parents and children',
    make: () =>
      pdf([
        page[0] ?? '',
        '<< /Type /Pages /Kids [2 0 R 2 0 R] /Parent 2 0 R /Count 99999999 >>',
        plain(' '.repeat(9000)),
      ]),
    outcome: 'changed',
  },
  { name: 'PDF cross-reference sections in a circle', make: circular, outcome: 'changed' },
  { name: 'PDF object stream within itself', make: recursive, outcome: 'broken' },
  {
    name: 'PDF nested 100,000 deep',
    make: () => pdf([...page, `${'['.repeat(100_000)}${']'.repeat(100_000)}`]),
    outcome: 'too-large',
  },
  {
    name: 'PDF of 5 million values',
    make: () => pdf([page[0] ?? '', `<< /Type /Pages /Kids [${'0 '.repeat(5e6)}] /Count 0 >>`]),
    outcome: 'too-large',
  },
  {
    name: 'PDF predictor of 2³¹ columns',
    make: () =>
      stream(
        '/Type /XObject /Subtype /Image /Width 9 /Height 9 /BitsPerComponent 8 /ColorSpace /DeviceGray /Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 2147483647 /Colors 99 >>',
        zeros(9000),
      ),
    outcome: 'changed',
  },
  {
    name: 'PDF picture of 60,000² pixels',
    make: () =>
      stream(
        '/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter /FlateDecode',
        zeros(100 * MB),
      ),
    outcome: 'changed',
  },
  {
    name: 'PDF pictures in codecs that nothing here reads',
    make: () =>
      pdf([
        page[0] ?? '',
        page[1] ?? '',
        '<< /Type /Page /Parent 2 0 R /Contents 7 0 R /Resources << /XObject << /A 4 0 R /B 5 0 R /C 6 0 R >> >> /MediaBox [0 0 9 9] >>',
        ...['JBIG2Decode', 'JPXDecode', 'CCITTFaxDecode'].map((filter) => ({
          dict: `/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 1 /ColorSpace /DeviceGray /Filter /${filter}`,
          data: Buffer.from('\xff\x4f\xff\x51 anything', 'latin1'),
        })),
        plain(' '.repeat(9000)),
      ]),
    outcome: 'changed',
  },
]

/** What no header tells, and no decoder here ends in time. */
export const endless: readonly Bomb[] = [
  {
    name: 'SVG of a billion laughs',
    make: () => Buffer.from(`${laughs}${svg('<text>&e9;</text>')}`),
    outcome: 'active-content',
  },
  { name: 'SVG of a billion uses', make: () => svg(`${uses}<use href="#u9"/>`, 700), outcome: 'timeout' },
]

function blankHeader(width: number, height: number): Buffer {
  return png(pngChunk('IHDR', pixels(width, height), Buffer.of(1, 0, 0, 0, 0)), pngChunk('IDAT', zeros(9000)))
}

async function hugeJpeg(): Promise<Buffer> {
  const bomb = Buffer.from(await picture().jpeg().toBuffer())
  const frame = bomb.indexOf(Buffer.of(0xff, 0xc0))
  bomb.writeUInt32BE(65_500 * 0x10001, frame + 5)
  return bomb
}

function loopingExif(): Buffer {
  const entry = Buffer.concat([ascii('\x87\x69\0\x04'), be32(1), be32(8)])
  return Buffer.concat([ascii('MM\0*'), be32(8), Buffer.of(0xff, 0xff), Buffer.alloc(12 * 5000, entry)])
}
