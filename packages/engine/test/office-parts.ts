import { crc32, deflateRawSync } from 'node:zlib'

/** One entry of an archive, and what its writer does unlike others. */
export interface Part {
  readonly name: string
  readonly content: Uint8Array | string
  /** Packed by default, as quickly as can be unless it is large. */
  readonly stored?: boolean
  /** Sizes behind the data, with or without a signature. */
  readonly descriptor?: 'signed' | 'bare'
  readonly flags?: number
  readonly extra?: Uint8Array
  readonly localExtra?: Uint8Array
  readonly comment?: string
  /** What the records say instead of the truth. */
  readonly claims?: {
    readonly size?: number
    readonly crc?: number
    readonly localName?: string
    readonly method?: number
  }
}

export interface Archive {
  readonly comment?: string
  /** Sizes and places in 64 bits, as writers do who do not know them beforehand. */
  readonly zip64?: boolean
  /** Order of the data, by index; the directory's by default. */
  readonly order?: readonly number[]
}

const word = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 2)
  for (const [i, value] of values.entries()) bytes.writeUInt16LE(value, i * 2)
  return bytes
}
const long = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [i, value] of values.entries()) bytes.writeUInt32LE(value, i * 4)
  return bytes
}
const huge = (...values: readonly number[]): Buffer => long(...values.flatMap((value) => [value, 0]))
const text = (value: string): Buffer => Buffer.from(value, 'latin1')

/** 1 March 2021, 12:34:56. */
export const TIME = 0x5261645c

/** An extra field. */
export function extraField(id: number, data: Uint8Array): Buffer {
  return Buffer.concat([word(id, data.length), data])
}

/** Writes an archive record by record, so that tests can make what no library would. */
export function zip(parts: readonly Part[], { comment = '', zip64 = false, order }: Archive = {}): Buffer {
  const chunks: Buffer[] = []
  const central: Buffer[] = []
  let at = 0
  for (const index of order ?? parts.keys()) {
    const part = parts[index]
    if (part === undefined) throw new RangeError('no such part')
    const written = writePart(part, at, zip64)
    chunks.push(written.local)
    central[index] = written.central
    at += written.local.length
  }
  const directory = Buffer.concat(central)
  const end = [
    text('PK\x05\x06'),
    word(0, 0, parts.length, parts.length),
    long(directory.length, at),
    word(comment.length),
  ]
  if (!zip64) return Buffer.concat([...chunks, directory, ...end, text(comment)])
  const wide = [
    text('PK\x06\x06'),
    huge(44),
    word(45, 45),
    long(0, 0),
    huge(parts.length, parts.length, directory.length, at),
  ]
  const locator = [text('PK\x06\x07'), long(0), huge(at + directory.length), long(1)]
  const narrow = [text('PK\x05\x06'), word(0, 0, 0xffff, 0xffff), long(0xffffffff, 0xffffffff), word(comment.length)]
  return Buffer.concat([...chunks, directory, ...wide, ...locator, ...narrow, text(comment)])
}

function writePart(part: Part, offset: number, zip64: boolean): { local: Buffer; central: Buffer } {
  const content = Buffer.from(part.content)
  const data = part.stored ? content : deflateRawSync(content, { level: content.length > 2 ** 20 ? 9 : 1 })
  const method = part.claims?.method ?? (part.stored ? 0 : 8)
  const crc = part.claims?.crc ?? crc32(content)
  const size = part.claims?.size ?? content.length
  const name = Buffer.from(part.name)
  const localName = Buffer.from(part.claims?.localName ?? part.name)
  const flags = (part.flags ?? 0) | (part.descriptor ? 8 : 0)
  const known = part.descriptor ? [0, 0, 0] : zip64 ? [crc, 0xffffffff, 0xffffffff] : [crc, data.length, size]
  const localExtra = Buffer.concat([
    zip64 && !part.descriptor ? extraField(1, huge(size, data.length)) : Buffer.alloc(0),
    part.localExtra ?? Buffer.alloc(0),
  ])
  const extra = Buffer.concat([
    zip64 ? extraField(1, huge(size, data.length, offset)) : Buffer.alloc(0),
    part.extra ?? Buffer.alloc(0),
  ])
  const local = Buffer.concat([
    text('PK\x03\x04'),
    word(20, flags, method),
    long(TIME, ...known),
    word(localName.length, localExtra.length),
    localName,
    localExtra,
    data,
    part.descriptor === 'signed' ? text('PK\x07\x08') : Buffer.alloc(0),
    part.descriptor ? long(crc, data.length, size) : Buffer.alloc(0),
  ])
  const sizes = zip64 ? [0xffffffff, 0xffffffff] : [data.length, size]
  const central = Buffer.concat([
    text('PK\x01\x02'),
    word(0x0314, 20, flags, method),
    long(TIME, crc, ...sizes),
    word(name.length, extra.length, part.comment?.length ?? 0, 0, 1),
    long(0x81a40000, zip64 ? 0xffffffff : offset),
    name,
    extra,
    text(part.comment ?? ''),
  ])
  return { local, central }
}

const xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const openXml = 'http://schemas.openxmlformats.org'
const office = `${openXml}/officeDocument/2006/relationships`
const media = 'application/vnd.openxmlformats-officedocument'

/** `[Content_Types].xml` for one main part. */
export function contentTypes(mainPart: string, type: string): Part {
  const defaults = [
    ['rels', 'application/vnd.openxmlformats-package.relationships+xml'],
    ['xml', 'application/xml'],
    ['png', 'image/png'],
    ['jpeg', 'image/jpeg'],
    ['gif', 'image/gif'],
  ].map(([extension, mime]) => `<Default Extension="${extension}" ContentType="${mime}"/>`)
  const content = `${xml}<Types xmlns="${openXml}/package/2006/content-types">${defaults.join('')}<Override PartName="/${mainPart}" ContentType="${type}"/></Types>`
  return { name: '[Content_Types].xml', content }
}

/** A relationships part; each target with the last word of its type. */
export function relationships(name: string, targets: readonly (readonly [target: string, type: string])[]): Part {
  const list = targets.map(
    ([target, type], i) => `<Relationship Id="rId${i + 1}" Type="${office}/${type}" Target="${target}"/>`,
  )
  return {
    name,
    content: `${xml}<Relationships xmlns="${openXml}/package/2006/relationships">${list.join('')}</Relationships>`,
  }
}

/** A Word document of some paragraphs and pictures, to which parts can be added. */
export function docx(pictures: Readonly<Record<string, Uint8Array>> = {}, more: readonly Part[] = []): Part[] {
  const names = Object.keys(pictures)
  const shown = names.map((_, i) => drawing(i + 1)).join('')
  const paragraphs = Array.from({ length: 200 }, (_, i) => `<w:p><w:r><w:t>Line ${i} of a text.</w:t></w:r></w:p>`)
  const content = `${xml}<w:document xmlns:w="${openXml}/wordprocessingml/2006/main" xmlns:r="${office}"><w:body>${paragraphs.join('')}${shown}</w:body></w:document>`
  return [
    contentTypes('word/document.xml', `${media}.wordprocessingml.document.main+xml`),
    relationships('_rels/.rels', [['word/document.xml', 'officeDocument']]),
    { name: 'word/document.xml', content },
    relationships(
      'word/_rels/document.xml.rels',
      names.map((name) => [`media/${name}`, 'image']),
    ),
    ...names.map((name) => ({ name: `word/media/${name}`, content: pictures[name] ?? '', stored: true })),
    ...more,
  ]
}

function drawing(id: number): string {
  const main = `${openXml}/drawingml/2006`
  const size = 'cx="1905000" cy="1428750"'
  const picture = `<pic:pic xmlns:pic="${main}/picture"><pic:nvPicPr><pic:cNvPr id="${id}" name="p${id}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="rId${id}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext ${size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>`
  return `<w:p><w:r><w:drawing><wp:inline xmlns:wp="${main}/wordprocessingDrawing"><wp:extent ${size}/><wp:docPr id="${id}" name="p${id}"/><a:graphic xmlns:a="${main}/main"><a:graphicData uri="${main}/picture">${picture}</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`
}

/** A workbook of one sheet. */
export function xlsx(rows = 300): Part[] {
  const cells = Array.from({ length: rows }, (_, i) => `<row r="${i + 1}"><c r="A${i + 1}"><v>${i * 7}</v></c></row>`)
  return [
    contentTypes('xl/workbook.xml', `${media}.spreadsheetml.sheet.main+xml`),
    relationships('_rels/.rels', [['xl/workbook.xml', 'officeDocument']]),
    relationships('xl/_rels/workbook.xml.rels', [['worksheets/sheet1.xml', 'worksheet']]),
    {
      name: 'xl/workbook.xml',
      content: `${xml}<workbook xmlns="${openXml}/spreadsheetml/2006/main" xmlns:r="${office}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    },
    {
      name: 'xl/worksheets/sheet1.xml',
      content: `${xml}<worksheet xmlns="${openXml}/spreadsheetml/2006/main"><sheetData>${cells.join('')}</sheetData></worksheet>`,
    },
  ]
}
