import { deflateSync } from 'node:zlib'
import type { Format } from '@compress-fast/engine'
import { docx, xlsx, zip } from '../office-parts.js'
import { pdf } from '../pdf-files.js'
import type { Random } from './mutate.js'
import { pptx } from './sources.js'

/** Puts a picture, damaged or not, into a sound document; `null` for formats that hold none. */
export function embed(format: Format, picture: Buffer, kind: Format, random: Random): Buffer | null {
  const name = `image1.${kind}`
  switch (format) {
    case 'docx':
      return zip(docx({ [name]: picture }))
    case 'pptx':
      return zip(pptx({ [name]: picture }))
    case 'xlsx':
      return zip([...xlsx(), { name: `xl/media/${name}`, content: picture }])
    case 'pdf':
      return embedInPdf(picture, random)
    default:
      return null
  }
}

/** As a JPEG that it may be, and as samples that it is not: of a size and with filters that it need not have. */
function embedInPdf(picture: Buffer, random: Random): Buffer {
  const below = (most: number): number => Math.floor(random() * most)
  const said = (): string => {
    const bits = [1, 2, 4, 8, 8, 8, 16][below(7)]
    const space = ['/DeviceGray', '/DeviceRGB', '/DeviceRGB', '/DeviceCMYK', '[/Indexed /DeviceRGB 255 <00>]'][below(5)]
    return `/Type /XObject /Subtype /Image /Width ${below(500)} /Height ${below(400)} /BitsPerComponent ${bits} /ColorSpace ${space}`
  }
  const rows = `/DecodeParms << /Predictor ${below(16)} /Columns ${below(600)} /Colors ${below(5)} /BitsPerComponent 8 >>`
  const size = '/Width 320 /Height 214 /BitsPerComponent 8 /ColorSpace /DeviceRGB'
  const flate = deflateSync(picture, { level: 1 })
  const streams = [
    { dict: `/Type /XObject /Subtype /Image ${size} /Filter /DCTDecode`, data: picture },
    { dict: `${said()} /Filter /DCTDecode`, data: picture },
    { dict: `${said()} /Filter /FlateDecode`, data: flate },
    { dict: `${said()} /Filter /FlateDecode ${rows}`, data: flate },
    { dict: `${said()} /Filter [/FlateDecode /FlateDecode]`, data: deflateSync(flate, { level: 1 }) },
    {
      dict: `${said()} /Filter /${['LZWDecode', 'RunLengthDecode', 'ASCII85Decode', 'JPXDecode', 'JBIG2Decode'][below(5)]}`,
      data: picture,
    },
  ]
  const names = streams.map((_, i) => `/I${i} ${i + 5} 0 R`).join(' ')
  return Buffer.from(
    pdf([
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 612 792] >>',
      `<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /XObject << ${names} >> >> >>`,
      { dict: '', data: Buffer.from('q /I0 Do Q\n'.repeat(99)) },
      ...streams,
    ]),
  )
}
