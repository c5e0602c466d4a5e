import type { Document } from './document.js'
import { dictsOf, type Model } from './model.js'
import { countOf, type Dict, dictOf, nameOf, type Resolve } from './values.js'

/** Why a file is left alone although it is sound. */
export type Protection = 'encrypted' | 'signed' | 'portfolio' | 'dynamic-form'

/** Bit 2 of SigFlags: the file may only be appended to. */
const APPEND_ONLY = 2

/** Whether strings and streams are encrypted, be it with an empty password. */
export function isEncrypted(document: Document): boolean {
  return document.trailers.some((trailer) => trailer.has('Encrypt') || trailer.has('AuthCode'))
}

/** What forbids to rewrite a file that is not encrypted, if anything does. */
export function protectionOf({ objects, catalog, resolve }: Model): Protection | null {
  // Certification and Reader usage rights (DocMDP, UR, UR3) are signatures as well.
  if (catalog.has('Perms')) return 'signed'
  for (const { dict } of dictsOf(objects.values())) if (isSignature(dict, resolve)) return 'signed'
  const form = dictOf(resolve(catalog.get('AcroForm')))
  if (((countOf(resolve(form?.get('SigFlags'))) ?? 0) & APPEND_ONLY) !== 0) return 'signed'
  if (catalog.has('Collection')) return 'portfolio'
  // Readers of such forms lay pages out anew from XML, by rules that no one but their maker knows in full.
  return resolve(catalog.get('NeedsRendering')) === true ? 'dynamic-form' : null
}

function isSignature(dict: Dict, resolve: Resolve): boolean {
  if (dict.has('ByteRange')) return true
  const type = nameOf(resolve(dict.get('Type')))
  return (type === 'Sig' || type === 'DocTimeStamp') && dict.has('Contents')
}
