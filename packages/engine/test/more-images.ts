import sharp from 'sharp'
import { be32, le32, pngChunk } from './image-parts.js'

/** Writers of BMP, ICO, TIFF and APNG, apart from those under test. Pictures are RGBA bytes from the uppermost row down. */

export interface Picture {
  readonly width: number
  readonly height: number
  readonly rgba: Uint8Array
}

/** A picture by a function of its places. */
export function paint(width: number, height: number, at: (x: number, y: number) => readonly number[]): Picture {
  const rgba = new Uint8Array(width * height * 4)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) rgba.set(at(x, y), (y * width + x) * 4)
  return { width, height, rgba }
}

/** Flat areas in a few colours, as icons and screens have them. */
export const flat = (width: number, height: number): Picture =>
  paint(width, height, (x, y) => [(x >> 3) * 20, (y >> 3) * 20, x > y ? 200 : 90, 255])

/** More than 256 colours. */
export const smooth = (width: number, height: number): Picture =>
  paint(width, height, (x, y) => [(x * 255) / width, (y * 255) / height, (x * y) & 255, 255])

const le16 = (value: number): Buffer => Buffer.of(value & 255, value >> 8)
const be16 = (value: number): Buffer => Buffer.of(value >> 8, value & 255)

/** Rows from the last to the first, each filled up to four bytes. */
function rows({ width, height }: Picture, bits: number, at: (pixel: number) => readonly number[]): Buffer {
  const size = Math.ceil((width * bits) / 32) * 4
  const data = Buffer.alloc(size * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const place = (height - 1 - y) * size
      const values = at(y * width + x)
      if (bits >= 8) data.set(values, place + (x * bits) / 8)
      else
        data[place + ((x * bits) >> 3)] =
          (data[place + ((x * bits) >> 3)] ?? 0) | ((values[0] ?? 0) << (8 - bits - ((x * bits) & 7)))
    }
  }
  return data
}

const info = (width: number, height: number, bits: number, colours = 0): Buffer =>
  Buffer.concat([
    le32(40),
    le32(width),
    le32(height),
    le16(1),
    le16(bits),
    le32(0),
    le32(0),
    le32(2835),
    le32(2835),
    le32(colours),
    le32(0),
  ])

const bmpFile = (header: Buffer, palette: Buffer, pixels: Buffer): Buffer => {
  const at = 14 + header.length + palette.length
  return Buffer.concat([Buffer.from('BM'), le32(at + pixels.length), le32(0), le32(at), header, palette, pixels])
}

/** A BMP of 24 or 32 bits; `fourth` is the byte behind the colours. */
export function bmp(picture: Picture, bits: 24 | 32 = 24, fourth: (pixel: number) => number = () => 0): Buffer {
  const { width, height, rgba } = picture
  const bgr = (i: number): number[] => [rgba[i * 4 + 2] ?? 0, rgba[i * 4 + 1] ?? 0, rgba[i * 4] ?? 0]
  const pixels = rows(picture, bits, (i) => (bits === 24 ? bgr(i) : [...bgr(i), fourth(i)]))
  return bmpFile(info(width, height, bits), Buffer.alloc(0), pixels)
}

/** A BMP of 8 bits whose pixels are run lengths as given. */
export function runLengthBmp(width: number, height: number, runs: readonly number[]): Buffer {
  const header = info(width, height, 8, 4)
  header.writeUInt32LE(1, 16)
  header.writeUInt32LE(runs.length, 20)
  const palette = Buffer.concat([0, 80, 160, 240].map((grey) => Buffer.of(grey, grey, grey, 0)))
  return bmpFile(header, palette, Buffer.from(runs))
}

/** A bitmap as icons hold it: 32 bits with alpha, and a mask of what has none. */
export function iconBitmap(picture: Picture): Buffer {
  const { width, height, rgba } = picture
  const colours = rows(picture, 32, (i) => [2, 1, 0, 3].map((c) => rgba[i * 4 + c] ?? 0))
  const mask = rows(picture, 1, (i) => [rgba[i * 4 + 3] === 0 ? 1 : 0])
  return Buffer.concat([info(width, height * 2, 32), colours, mask])
}

/** A bitmap of 4 bits as old icons hold it; what has no alpha is black under the mask. */
export function oldIconBitmap(picture: Picture): Buffer {
  const { width, height, rgba } = picture
  const seen = (i: number): boolean => rgba[i * 4 + 3] !== 0
  const words = Array.from({ length: width * height }, (_, i) => (seen(i) ? Buffer.from(rgba).readUIntBE(i * 4, 3) : 0))
  const colours = [...new Set([0, ...words])]
  const palette = Buffer.concat(colours.map((word) => Buffer.of(word & 255, (word >> 8) & 255, word >> 16, 0)))
  const indices = rows(picture, 4, (i) => [colours.indexOf(words[i] ?? 0)])
  const mask = rows(picture, 1, (i) => [seen(i) ? 0 : 1])
  return Buffer.concat([info(width, height * 2, 4, colours.length), palette, indices, mask])
}

export interface IconPart {
  readonly size: number
  readonly data: Uint8Array
  /** Planes and bits, or a cursor's hot spot. */
  readonly extra?: readonly [number, number]
}

/** An icon (1) or a cursor (2). */
export function ico(parts: readonly IconPart[], kind: 1 | 2 = 1): Buffer {
  let at = 6 + parts.length * 16
  const entries = parts.map(({ size, data, extra = [1, 32] }) => {
    const entry = Buffer.concat([
      Buffer.of(size & 255, size & 255, 0, 0),
      le16(extra[0]),
      le16(extra[1]),
      le32(data.length),
      le32(at),
    ])
    at += data.length
    return entry
  })
  return Buffer.concat([le16(0), le16(kind), le16(parts.length), ...entries, ...parts.map(({ data }) => data)])
}

export interface ApngPart {
  readonly rect: readonly [number, number, number, number]
  /** Numerator and denominator of its seconds. */
  readonly delay?: readonly [number, number]
  readonly disposal?: 0 | 1 | 2
  readonly blend?: 0 | 1
  readonly picture: Picture
}

/** An APNG of RGBA frames, badly packed. `still` is a picture for readers without animation. */
export async function apng(
  width: number,
  height: number,
  plays: number,
  parts: readonly ApngPart[],
  still?: Picture,
): Promise<Buffer> {
  let sequence = 0
  const chunks: Buffer[] = []
  if (still) chunks.push(pngChunk('IDAT', await pictureData(still)))
  for (const [i, { rect, delay = [1, 10], disposal = 0, blend = 0, picture }] of parts.entries()) {
    const [x, y, w, h] = rect
    const place = Buffer.concat([w, h, x, y].map(be32))
    const control = Buffer.concat([be32(sequence++), place, be16(delay[0]), be16(delay[1]), Buffer.of(disposal, blend)])
    chunks.push(pngChunk('fcTL', control))
    const data = await pictureData(picture)
    chunks.push(i === 0 && !still ? pngChunk('IDAT', data) : pngChunk('fdAT', be32(sequence++), data))
  }
  const header = Buffer.concat([be32(width), be32(height), Buffer.of(8, 6, 0, 0, 0)])
  const animation = pngChunk('acTL', be32(parts.length), be32(plays))
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    animation,
    ...chunks,
    pngChunk('IEND'),
  ])
}

async function pictureData({ width, height, rgba }: Picture): Promise<Buffer> {
  const png = await sharp(rgba, { raw: { width, height, channels: 4 } })
    .png({ compressionLevel: 1 })
    .toBuffer()
  const parts: Buffer[] = []
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)))
  }
  return Buffer.concat(parts)
}

/** A field of a TIFF: its number, its type, and its values or their bytes. */
export type TiffPart = readonly [tag: number, type: 1 | 2 | 3 | 4 | 7, values: readonly number[] | Uint8Array]

const sizes = { 1: 1, 2: 1, 3: 2, 4: 4, 7: 1 }

/** A TIFF of one or more pages, each of one uncompressed strip, in either byte order. */
export function tiff(pages: readonly { fields: readonly TiffPart[]; pixels: Uint8Array }[], isLittle = true): Buffer {
  const u16 = isLittle ? le16 : be16
  const u32 = isLittle ? le32 : be32
  const parts: Buffer[] = [Buffer.from(isLittle ? 'II*\0' : 'MM\0*', 'latin1')]
  let at = 8
  const bodies = pages.map(({ fields, pixels }, page) => {
    const start = at
    const all: TiffPart[] = [...fields, [273, 4, [start]], [279, 4, [pixels.length]], [278, 4, [1_000_000]]]
    const sorted = all.toSorted((a, b) => a[0] - b[0])
    const values = sorted.map(([, type, list]) =>
      list instanceof Uint8Array
        ? Buffer.from(list)
        : Buffer.concat(
            list.map((one) => (sizes[type] === 2 ? u16(one) : sizes[type] === 4 ? u32(one) : Buffer.of(one))),
          ),
    )
    let valueAt = start + pixels.length + (pixels.length & 1)
    const places = values.map((value) => {
      const place = valueAt
      if (value.length > 4) valueAt += value.length + (value.length & 1)
      return place
    })
    const directory = valueAt
    at = directory + 2 + sorted.length * 12 + 4
    const entries = sorted.map(([number, type], i) => {
      const value = values[i] ?? Buffer.alloc(0)
      const held = value.length > 4 ? u32(places[i] ?? 0) : Buffer.concat([value, Buffer.alloc(4 - value.length)])
      return Buffer.concat([u16(number), u16(type), u32(value.length / sizes[type]), held])
    })
    const out = values
      .filter((value) => value.length > 4)
      .map((value) => Buffer.concat([value, Buffer.alloc(value.length & 1)]))
    const body = Buffer.concat([pixels, Buffer.alloc(pixels.length & 1), ...out, u16(sorted.length), ...entries])
    return { body, directory, isLast: page === pages.length - 1 }
  })
  parts.push(u32(bodies[0]?.directory ?? 0))
  for (const [i, { body }] of bodies.entries()) parts.push(body, u32(bodies[i + 1]?.directory ?? 0))
  return Buffer.concat(parts)
}

/** Fields of an RGB page of 8 bits. */
export const rgbFields = ({ width, height }: Picture): TiffPart[] => [
  [256, 4, [width]],
  [257, 4, [height]],
  [258, 3, [8, 8, 8]],
  [259, 3, [1]],
  [262, 3, [2]],
  [277, 3, [3]],
]

/** A picture without its alpha. */
export function rgbOf({ rgba }: Picture): Uint8Array {
  return Uint8Array.from({ length: (rgba.length / 4) * 3 }, (_, i) => rgba[Math.floor(i / 3) * 4 + (i % 3)] ?? 0)
}
