import { deflateSync } from 'node:zlib'
import { image, photo } from './images.js'

/** The body of an object, or a stream's dictionary and data. */
export type Part = string | { readonly dict: string; readonly data: Uint8Array }

/** A PDF with a cross-reference table, its objects numbered from 1, of which the first is the catalog. */
export function pdf(parts: readonly Part[], { version = '1.4', trailer = '' } = {}): Uint8Array {
  const chunks: Buffer[] = [Buffer.from(`%PDF-${version}\n%\xe2\xe3\xcf\xd3\n`, 'latin1')]
  const offsets: number[] = []
  let written = chunks[0]?.length ?? 0
  for (const [i, part] of parts.entries()) {
    offsets.push(written)
    const chunk = Buffer.concat([Buffer.from(`${i + 1} 0 obj\n`), body(part), Buffer.from('\nendobj\n')])
    chunks.push(chunk)
    written += chunk.length
  }
  const start = written
  const rows = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')
  const size = parts.length + 1
  const end = `xref\n0 ${size}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${size} /Root 1 0 R ${trailer} >>\n`
  chunks.push(Buffer.from(`${end}startxref\n${start}\n%%EOF\n`, 'latin1'))
  return new Uint8Array(Buffer.concat(chunks))
}

function body(part: Part): Buffer {
  if (typeof part === 'string') return Buffer.from(part, 'latin1')
  const head = `<< ${part.dict} /Length ${part.data.length} >>\nstream\n`
  return Buffer.concat([Buffer.from(head, 'latin1'), part.data, Buffer.from('\nendstream', 'latin1')])
}

/** A stream in the weakest of zlib's compressions. */
export function flate(dict: string, data: Uint8Array): Part {
  return { dict: `${dict} /Filter /FlateDecode`, data: deflateSync(data, { level: 1 }) }
}

export function plain(text: string, dict = ''): Part {
  return { dict, data: Buffer.from(text, 'latin1') }
}

const WORDS = 'BT /F1 12 Tf 72 700 Td (Some words \\(in brackets\\) on a page) Tj ET\n'

/** Two pages with text, a link, a form field, an outline, an attachment, tags, and pictures of every kind. */
export async function everyday(): Promise<Uint8Array> {
  const source = photo(96, 64)
  const jpeg = await image(source).jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer()
  const mask = Buffer.from(Array.from({ length: 96 * 64 }, (_, i) => (i % 96 < 48 ? 0 : 255)))
  const flat = Buffer.from(Array.from({ length: 96 * 64 * 3 }, (_, i) => (Math.floor(i / 900) % 4) * 60))
  const picture = '/Type /XObject /Subtype /Image /Width 96 /Height 64 /BitsPerComponent 8'
  const content = `${WORDS.repeat(30)}/I1 Do /I2 Do /I3 Do\n`
  return pdf(
    [
      '<< /Type /Catalog /Pages 2 0 R /Outlines 8 0 R /AcroForm << /Fields [10 0 R] /DR << /Font << /F1 5 0 R >> >> >> /Names << /EmbeddedFiles << /Names [(note.txt) 12 0 R] >> >> /MarkInfo << /Marked true >> /StructTreeRoot 14 0 R /Lang (en) /Metadata 20 0 R >>',
      '<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 /MediaBox [0 0 612 792] >>',
      '<< /Type /Page /Parent 2 0 R /Contents 6 0 R /Resources 7 0 R /Annots [9 0 R 10 0 R] /StructParents 0 /PieceInfo << /App << /Private 21 0 R >> >> /LastModified (D:2020) >>',
      '<< /Type /Page /Parent 2 0 R /Contents 22 0 R /Resources 7 0 R /Rotate 90 /CropBox [0 0 300.50 300] /Thumb 18 0 R >>',
      '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
      plain(content),
      '<< /Font << /F1 5 0 R >> /XObject << /I1 16 0 R /I2 17 0 R /I3 19 0 R >> >>',
      '<< /Type /Outlines /First 11 0 R /Last 11 0 R /Count 1 >>',
      '<< /Type /Annot /Subtype /Link /Rect [0 0 10 10] /A << /S /URI /URI (https://example.org/\\(a\\)) >> >>',
      '<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V <FEFF0041> /Rect [0 20 90 40] /P 3 0 R /DA (/F1 0 Tf) >>',
      '<< /Title (First\\r\\051) /Parent 8 0 R /Dest [3 0 R /XYZ null null null] >>',
      '<< /Type /Filespec /F (note.txt) /EF << /F 13 0 R >> >>',
      plain('An attached note.', '/Type /EmbeddedFile'),
      '<< /Type /StructTreeRoot /K 15 0 R /ParentTree << /Nums [0 [15 0 R]] >> >>',
      '<< /Type /StructElem /S /P /P 14 0 R /Pg 3 0 R /K 0 /Alt (a#) >>',
      flate(`${picture} /ColorSpace /DeviceRGB`, source.data),
      { dict: `${picture} /ColorSpace /DeviceRGB /Filter /DCTDecode`, data: jpeg },
      flate(`${picture} /ColorSpace /DeviceGray`, mask),
      flate(`${picture} /ColorSpace /DeviceRGB /SMask 18 0 R`, flat),
      plain('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>', '/Type /Metadata /Subtype /XML'),
      plain('private '.repeat(500)),
      plain(content),
    ],
    { trailer: '/Info << /Title (A title) /Author (Somebody) >> /ID [<00112233> <44556677>]' },
  )
}
