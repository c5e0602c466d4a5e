import { crc32, deflateRawSync } from 'node:zlib'

/** @typedef {{ name: string, data: Buffer }} Part */

/**
 * A Word document of a heading, paragraphs and pictures, in a package as Word writes it: pictures stored or badly packed.
 *
 * @param {string} heading
 * @param {string[]} paragraphs
 * @param {Record<string, Buffer>} pictures by file name
 */
export function docx(heading, paragraphs, pictures) {
  const names = Object.keys(pictures)
  const body = [paragraph(heading, 'Heading1'), ...paragraphs.map((text) => paragraph(text)), ...names.map(drawing)]
  return zip([
    { name: '[Content_Types].xml', data: xml(contentTypes) },
    { name: '_rels/.rels', data: xml(relationships([['officeDocument', 'word/document.xml']])) },
    {
      name: 'word/document.xml',
      data: xml(`<w:document xmlns:w="${main}" xmlns:r="${office}"><w:body>${body.join('')}</w:body></w:document>`),
    },
    {
      name: 'word/_rels/document.xml.rels',
      data: xml(relationships(names.map((name) => ['image', `media/${name}`]))),
    },
    ...names.map((name) => ({ name: `word/media/${name}`, data: pictures[name] ?? Buffer.alloc(0) })),
  ])
}

const schemas = 'http://schemas.openxmlformats.org'
const main = `${schemas}/wordprocessingml/2006/main`
const office = `${schemas}/officeDocument/2006/relationships`

const contentTypes = `<Types xmlns="${schemas}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/><Default Extension="jpeg" ContentType="image/jpeg"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`

/** @param {string[][]} targets the last word of each one's type, and its path */
function relationships(targets) {
  const all = targets.map(
    ([type, target], i) => `<Relationship Id="rId${i + 1}" Type="${office}/${type}" Target="${target}"/>`,
  )
  return `<Relationships xmlns="${schemas}/package/2006/relationships">${all.join('')}</Relationships>`
}

/** @param {string} text @param {string} [style] */
function paragraph(text, style = 'Normal') {
  return `<w:p><w:pPr><w:pStyle w:val="${style}"/></w:pPr><w:r><w:t>${text}</w:t></w:r></w:p>`
}

/** @param {string} name @param {number} index */
function drawing(name, index) {
  const art = `${schemas}/drawingml/2006`
  const size = 'cx="3600000" cy="2400000"'
  const label = `id="${index + 1}" name="${name}"`
  const shape = `<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext ${size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>`
  const fill = `<pic:blipFill><a:blip r:embed="rId${index + 1}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>`
  const picture = `<pic:pic xmlns:pic="${art}/picture"><pic:nvPicPr><pic:cNvPr ${label}/><pic:cNvPicPr/></pic:nvPicPr>${fill}${shape}</pic:pic>`
  const graphic = `<a:graphic xmlns:a="${art}/main"><a:graphicData uri="${art}/picture">${picture}</a:graphicData></a:graphic>`
  return `<w:p><w:r><w:drawing><wp:inline xmlns:wp="${art}/wordprocessingDrawing"><wp:extent ${size}/><wp:docPr ${label}/>${graphic}</wp:inline></w:drawing></w:r></w:p>`
}

/** @param {string} text */
function xml(text) {
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${text}`)
}

/**
 * An archive of quickly packed entries, all of 17 May 2026, 06:42 (APPNOTE 4.3).
 *
 * @param {Part[]} parts
 */
function zip(parts) {
  const locals = []
  const central = []
  let at = 0
  for (const { name, data } of parts) {
    const packed = deflateRawSync(data, { level: 1 })
    const label = Buffer.from(name)
    const common = fields(
      [2, 20],
      [2, 0],
      [2, 8],
      [2, 0x3540],
      [2, 0x5cb1],
      [4, crc32(data)],
      [4, packed.length],
      [4, data.length],
      [2, label.length],
      [2, 0],
    )
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, label, packed])
    const rest = fields([2, 0], [2, 0], [2, 0], [4, 0], [4, at])
    central.push(Buffer.concat([Buffer.from('PK\x01\x02'), fields([2, 20]), common, rest, label]))
    locals.push(local)
    at += local.length
  }
  const directory = Buffer.concat(central)
  const end = fields([2, 0], [2, 0], [2, parts.length], [2, parts.length], [4, directory.length], [4, at], [2, 0])
  return Buffer.concat([...locals, directory, Buffer.from('PK\x05\x06'), end])
}

/** @param {[size: number, value: number][]} all little endian */
function fields(...all) {
  return Buffer.concat(
    all.map(([size, value]) => {
      const bytes = Buffer.alloc(size)
      bytes.writeUIntLE(value, 0, size)
      return bytes
    }),
  )
}
