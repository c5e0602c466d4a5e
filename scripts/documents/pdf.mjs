/** @typedef {string | { dict: string, data: Buffer }} PdfObject a body, or what is in a stream's dictionary and its data */

/**
 * Writes a PDF with a cross-reference table, as plain as writers of PDF 1.4 leave it.
 *
 * @param {PdfObject[]} objects numbered from 1, the first is the catalog
 * @param {string} [trailer] more entries of the trailer
 */
export function writePdf(objects, trailer = '') {
  const parts = [Buffer.from('%PDF-1.4\n')]
  let size = 9
  const offsets = objects.map((object, index) => {
    const offset = size
    const part = Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), bodyOf(object), Buffer.from('\nendobj\n')])
    parts.push(part)
    size += part.length
    return offset
  })
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const count = objects.length + 1
  const end = `xref\n0 ${count}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${count} /Root 1 0 R${trailer} >>\n`
  return Buffer.concat([...parts, Buffer.from(`${end}startxref\n${size}\n%%EOF\n`)])
}

/** @param {PdfObject} object */
function bodyOf(object) {
  if (typeof object === 'string') return Buffer.from(object, 'latin1')
  const { dict, data } = object
  const head = Buffer.from(`<< ${dict}${dict && ' '}/Length ${data.length} >>\nstream\n`, 'latin1')
  return Buffer.concat([head, data, Buffer.from('\nendstream')])
}

/**
 * A one-page PDF of the smallest kind with a line of text.
 *
 * @param {string} text
 */
export function pdf(text) {
  return writePdf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 160] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    { dict: '', data: Buffer.from(`BT /F1 18 Tf 40 90 Td (${text}) Tj ET`) },
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ])
}
