import { latin1 } from '../inspect/bytes.js'
import { decodeFully } from './filters.js'
import type { Model } from './model.js'
import { dictOf, type Resolve, Stream, type Value } from './values.js'

/** Standards that a file says it keeps to. */
export interface Claims {
  /** Any that limits what may be changed: PDF/A, PDF/X, PDF/E, PDF/VT. */
  readonly archival: boolean
  /** One that is older than object streams: PDF/A-1, and every PDF/X, of which most are. */
  readonly classic: boolean
}

/** Longest XMP packet looked at. */
const MAX_PACKET = 2 ** 22

/** Reads what the catalog's XMP packet and the document information claim. */
export function readClaims({ catalog, trailer, resolve }: Model): Claims {
  const xmp = packetText(resolve(catalog.get('Metadata')), resolve)
  const printing =
    /GTS_PDFX|pdfxid:|pdfvtid:/.test(xmp) || (dictOf(resolve(trailer.info))?.has('GTS_PDFXVersion') ?? false)
  const part = /pdfaid:part\s*(?:=\s*["']|>\s*)(\d)/.exec(xmp)?.[1]
  const archival = printing || xmp.includes('pdfaid:') || xmp.includes('pdfe')
  return { archival, classic: printing || (xmp.includes('pdfaid:') && (part ?? '1') === '1') }
}

/** An XMP packet as text whose ASCII characters can be searched, whatever its encoding; empty when there is none. */
export function packetText(value: Value, resolve: Resolve): string {
  if (!(value instanceof Stream)) return ''
  const data = decodeFully(value, resolve, MAX_PACKET)
  return data === null ? '' : latin1(data).replaceAll('\0', '')
}
