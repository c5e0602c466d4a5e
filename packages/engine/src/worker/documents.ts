import type { DocumentFormat } from '../inspect/names.js'
import type { Answer, DocumentTask } from '../pool/protocol.js'
import type { Scale } from '../resize/size.js'
import { checkForeign, type Objection } from './check.js'
import { compressEmbedded } from './picture.js'

// Documents are made of parts, of which pictures go through the codecs of pictures. What reads them is loaded with the
// first of their kind.

/** Makes a document smaller. The result was read back and compared part by part. */
export async function compressDocument({ bytes, format, settings }: DocumentTask): Promise<Answer> {
  if (format === 'pdf') {
    const { compressPdf } = await import('../pdf/index.js')
    return compressPdf(bytes, settings, compressEmbedded)
  }
  const { compressOffice } = await import('../office/index.js')
  return compressOffice(bytes, settings, compressEmbedded)
}

/** Why a document of unknown origin must not ship in place of its source, or `null`. */
export async function compareDocuments(
  format: DocumentFormat,
  source: Uint8Array,
  result: Uint8Array,
  resize: Scale | undefined,
): Promise<Objection> {
  if (format === 'pdf') return (await import('../pdf/index.js')).comparePdf(source, result, { exact: false, resize })
  return (await import('../office/index.js')).compareOffice(
    source,
    result,
    (a, b, _, size) => checkForeign(a, b, size),
    resize,
  )
}
