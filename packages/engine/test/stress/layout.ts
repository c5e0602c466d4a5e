import type { Format } from '@compress-fast/engine'

/** A number in a file. */
export interface Field {
  readonly at: number
  /** Bytes. */
  readonly width: number
  readonly order: 'big' | 'little'
}

/** Where a format keeps its numbers and where its parts begin and end, as far as damaging it needs that. */
export interface Layout {
  readonly fields: readonly Field[]
  /** Start and end of each. */
  readonly parts: readonly (readonly [number, number])[]
}

type Builder = { fields: Field[]; parts: [number, number][] }

/** Reads a sound file's layout; of texts, which have their numbers in digits, only the parts. */
export function layoutOf(format: Format, bytes: Buffer): Layout {
  const layout: Builder = { fields: [], parts: [] }
  readers[format]?.(bytes, layout)
  const inside = ({ at, width }: Field): boolean => at >= 0 && at + width <= bytes.length
  return {
    fields: layout.fields.filter(inside),
    parts: layout.parts.filter(([start, end]) => start < end && end <= bytes.length),
  }
}

const readers: Partial<Record<Format, (bytes: Buffer, layout: Builder) => void>> = {
  png: readPng,
  jpeg: readJpeg,
  gif: readGif,
  webp: (bytes, layout) => readRiff(bytes, layout, 12, bytes.length),
  avif: (bytes, layout) => readBoxes(bytes, layout, 0, bytes.length),
  tiff: readTiff,
  bmp: (_, layout) => add(layout, 'little', 4, 2, 10, 14, 18, 22, 26, 30, 34, 46),
  ico: readIco,
  svg: (bytes, { parts }) => matchParts(bytes, parts, /<[^>]*>/g),
  pdf: (bytes, { parts }) => matchParts(bytes, parts, /\d+ 0 obj[\s\S]*?endobj\s|xref[\s\S]*?trailer/g),
  docx: readZip,
  pptx: readZip,
  xlsx: readZip,
}

function add({ fields }: Builder, order: Field['order'], width: number, ...places: readonly number[]): void {
  for (const at of places) fields.push({ at, width, order })
}

/** Lengths; the sizes of the picture and of frames. */
function readPng(bytes: Buffer, layout: Builder): void {
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 12 + bytes.readUInt32BE(at)
    add(layout, 'big', 4, at, at + 8, at + 12, at + 16, at + 20, at + 24)
    add(layout, 'big', 1, at + 16, at + 17)
    layout.parts.push([at, end])
    at = end
  }
}

/** Lengths, the frame header, restart intervals, tables, and the entries of an EXIF directory. */
function readJpeg(bytes: Buffer, layout: Builder): void {
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff && bytes[at + 1] !== 0xd9; ) {
    let end = at + 2 + bytes.readUInt16BE(at + 2)
    add(layout, 'big', 2, at + 2, at + 5, at + 7)
    add(layout, 'big', 1, at + 1, at + 4, at + 9, at + 11, at + 12)
    const tiff = bytes.subarray(at, end).indexOf('MM\0*')
    for (let entry = at + tiff + 8; tiff >= 0 && entry + 12 < end; entry += 12) {
      add(layout, 'big', 2, entry, entry + 2)
      add(layout, 'big', 4, entry - 4, entry + 6, entry + 10)
    }
    // Behind a scan's header come its data, up to the next marker.
    if (bytes[at + 1] === 0xda)
      while (end < bytes.length && !(bytes[end] === 0xff && (bytes[end + 1] ?? 0) > 0xd7)) end++
    layout.parts.push([at, end])
    at = end
  }
}

/** The screen, rectangles of frames, code sizes and lengths of sub-blocks. */
function readGif(bytes: Buffer, layout: Builder): void {
  add(layout, 'little', 2, 6, 8)
  add(layout, 'little', 1, 10)
  const table = (at: number): number => ((bytes[at] ?? 0) & 0x80 ? 3 << (((bytes[at] ?? 0) & 7) + 1) : 0)
  for (let at = 13 + table(10); at < bytes.length && bytes[at] !== 0x3b; ) {
    const start = at
    if (bytes[at] === 0x2c) {
      add(layout, 'little', 2, at + 1, at + 3, at + 5, at + 7)
      add(layout, 'little', 1, at + 9)
      at += 10 + table(at + 9)
      add(layout, 'little', 1, at++)
    } else at += 2
    while ((bytes[at] ?? 0) !== 0) {
      add(layout, 'little', 1, at)
      at += 1 + (bytes[at] ?? 0)
    }
    layout.parts.push([start, ++at])
  }
}

/** Lengths, and the sizes that begin a chunk's data; frames hold chunks themselves. */
function readRiff(bytes: Buffer, layout: Builder, start: number, limit: number): void {
  add(layout, 'little', 4, 4)
  for (let at = start; at + 8 <= limit; ) {
    const size = bytes.readUInt32LE(at + 4)
    const end = Math.min(limit, at + 8 + size + (size & 1))
    add(layout, 'little', 4, at + 4)
    add(layout, 'little', 3, at + 8, at + 11, at + 12, at + 14, at + 15, at + 17)
    layout.parts.push([at, end])
    if (bytes.toString('latin1', at, at + 4) === 'ANMF') readRiff(bytes, layout, at + 24, end)
    at = end
  }
}

/** The entries of the first directory: tag, type, count, and value or place. */
function readTiff(bytes: Buffer, layout: Builder): void {
  if (bytes.length < 8) return
  const order = bytes[0] === 0x49 ? 'little' : 'big'
  const at = order === 'little' ? bytes.readUInt32LE(4) : bytes.readUInt32BE(4)
  add(layout, order, 4, 4)
  add(layout, order, 2, at)
  for (let entry = at + 2; entry + 12 <= bytes.length && entry < at + 2 + 12 * 24; entry += 12) {
    add(layout, order, 2, entry, entry + 2, entry + 8)
    add(layout, order, 4, entry + 4, entry + 8)
    layout.parts.push([entry, entry + 12])
  }
}

/** The directory, and the headers of the bitmaps that it leads to. */
function readIco(bytes: Buffer, layout: Builder): void {
  if (bytes.length < 6) return
  add(layout, 'little', 2, 2, 4)
  for (let entry = 6, left = bytes.readUInt16LE(4); left > 0 && entry + 16 <= bytes.length; left--, entry += 16) {
    const start = bytes.readUInt32LE(entry + 12)
    add(layout, 'little', 1, entry, entry + 1, entry + 2)
    add(layout, 'little', 2, entry + 4, entry + 6, start + 14)
    add(layout, 'little', 4, entry + 8, entry + 12, start, start + 4, start + 8, start + 16)
    layout.parts.push([start, start + bytes.readUInt32LE(entry + 8)])
  }
}

const containers = new Set(['meta', 'iprp', 'ipco', 'moov', 'trak', 'mdia', 'minf', 'stbl'])

/** Sizes, and every word of the boxes that say sizes and places. */
function readBoxes(bytes: Buffer, layout: Builder, start: number, limit: number): void {
  for (let at = start; at + 8 <= limit; ) {
    const end = Math.min(limit, Math.max(at + 8, at + bytes.readUInt32BE(at)))
    const type = bytes.toString('latin1', at + 4, at + 8)
    add(layout, 'big', 4, at)
    layout.parts.push([at, end])
    if (containers.has(type)) readBoxes(bytes, layout, at + (type === 'meta' ? 12 : 8), end)
    else if (type !== 'mdat')
      for (let word = at + 8; word + 2 <= end && word < at + 120; word += 2) add(layout, 'big', 2, word)
    at = end
  }
}

const signatures = new Set(
  ['\x03\x04', '\x01\x02', '\x05\x06', '\x06\x06', '\x06\x07', '\x07\x08'].map((kind) => `PK${kind}`),
)

/** Every number of local headers, of the directory and of the records behind it. */
function readZip(bytes: Buffer, layout: Builder): void {
  const records = [...bytes.toString('latin1').matchAll(/PK../gs)].filter(({ 0: text }) => signatures.has(text))
  for (const [i, { index }] of records.entries()) {
    for (let at = index + 4; at < index + 46; at += 2) add(layout, 'little', at % 4 === 0 ? 4 : 2, at)
    layout.parts.push([index, records[i + 1]?.index ?? bytes.length])
  }
}

function matchParts(bytes: Buffer, parts: [number, number][], pattern: RegExp): void {
  for (const { index, 0: text } of bytes.toString('latin1').matchAll(pattern)) parts.push([index, index + text.length])
}
