import sharp from 'sharp'
import { pixelData } from '../images/png.mjs'
import { writePdf } from './pdf.mjs'

/** @typedef {{ heading: string, lines: string[], picture: Buffer }} Page a JPEG, or an opaque PNG without interlacing */

/** A5 in points, and how the page is laid out. */
const [width, height, margin] = [420, 595, 36]

/**
 * A PDF of illustrated pages, as export functions write it: fonts, text and pictures in objects of their own, nothing
 * packed but the pictures, and every page with its own copy of the fonts.
 *
 * @param {string} title
 * @param {Page[]} pages
 * @param {{ isSigned?: boolean }} [options] `isSigned` adds a signature as documents have it; nobody made it with a key
 */
export async function brochure(title, pages, { isSigned = false } = {}) {
  const first = 3
  const perPage = 5
  const signature = first + perPage * pages.length
  const kids = pages.map((_, index) => `${first + perPage * index} 0 R`).join(' ')
  const form = isSigned ? ` /AcroForm << /Fields [${signature} 0 R] /SigFlags 3 >>` : ''
  const objects = await Promise.all(pages.map((page, index) => pageObjects(page, first + perPage * index)))
  return writePdf(
    [
      `<< /Type /Catalog /Pages 2 0 R /Lang (en)${form} >>`,
      `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} /MediaBox [0 0 ${width} ${height}] >>`,
      ...objects.flat(),
      ...(isSigned ? signatureObjects(signature) : []),
    ],
    ` /Info << /Title (${title}) /Producer (Fern Press 4) >>`,
  )
}

/** @param {Page} page @param {number} number that of the page's object */
async function pageObjects({ heading, lines, picture }, number) {
  const { dict, data, wide, high } = await pictureStream(picture)
  const across = width - 2 * margin
  const tall = Math.round((across * high) / wide)
  const top = height - margin - tall
  const content = [
    `q ${across} 0 0 ${tall} ${margin} ${top} cm /Im Do Q`,
    `BT /Bold 20 Tf ${margin} ${top - 34} Td (${heading}) Tj ET`,
    ...lines.map((line, index) => `BT /Text 11 Tf ${margin} ${top - 60 - 16 * index} Td (${line}) Tj ET`),
  ]
  const fonts = `/Bold ${number + 3} 0 R /Text ${number + 4} 0 R`
  return [
    `<< /Type /Page /Parent 2 0 R /Contents ${number + 1} 0 R /Resources << /Font << ${fonts} >> /XObject << /Im ${number + 2} 0 R >> >> >>`,
    { dict: '', data: Buffer.from(content.join('\n')) },
    { dict, data },
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>',
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ]
}

/** @param {Buffer} picture */
async function pictureStream(picture) {
  const { format, width: wide, height: high } = await sharp(picture).metadata()
  const image = `/Type /XObject /Subtype /Image /Width ${wide} /Height ${high} /ColorSpace /DeviceRGB /BitsPerComponent 8`
  if (format === 'jpeg') return { dict: `${image} /Filter /DCTDecode`, data: picture, wide, high }
  const parms = `<< /Predictor 15 /Colors 3 /Columns ${wide} >>`
  return { dict: `${image} /Filter /FlateDecode /DecodeParms ${parms}`, data: pixelData(picture), wide, high }
}

/** @param {number} number that of the field */
function signatureObjects(number) {
  const field = `/FT /Sig /T (Signature) /V ${number + 1} 0 R /Rect [0 0 0 0] /P 3 0 R`
  return [
    `<< /Type /Annot /Subtype /Widget ${field} >>`,
    `<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /ByteRange [0 1000 1200 1000] /Contents <${'0'.repeat(200)}> >>`,
  ]
}
