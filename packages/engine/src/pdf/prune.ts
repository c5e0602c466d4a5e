import type { Metadata } from '../types.js'
import type { Claims } from './claims.js'
import { dictsOf, type Model } from './model.js'
import { type Dict, dictOf, isDict, nameOf, type Resolve, Stream, Text, type Value } from './values.js'

/** Where an application may keep data of its own (ISO 32000-1, 14.5). */
const PRIVATE_OWNERS = new Set(['Page', 'Catalog', 'XObject'])

/**
 * Takes out what no reader shows: data private to the application that made the file, thumbnails of pages, and XMP
 * packets of parts. The document's own packet and information stay unless `metadata` is `'none'`, its title always.
 */
export function prune(model: Model, metadata: Metadata, claims: Claims): void {
  if (metadata === 'all') return
  for (const { dict, holder } of dictsOf(model.objects.values())) {
    // The date is said of the private data, so it goes first.
    for (const key of ['LastModified', 'PieceInfo', 'Thumb', 'Metadata']) {
      const isDocument = dict === model.catalog && key === 'Metadata'
      // Archives describe their parts by rules of their own.
      if (isDocument || (key === 'Metadata' && claims.archival)) continue
      if (isPrivateEntry(model, dict, holder, key)) dict.delete(key)
    }
  }
  if (metadata === 'none' && !claims.archival) dropDescription(model)
}

/** Whether an entry may be taken out. Told by what holds it: elsewhere the key may be somebody's name for something. */
export function isPrivateEntry({ resolve, catalog }: Model, dict: Dict, holder: Value, key: string): boolean {
  switch (key) {
    case 'PieceInfo':
    case 'LastModified':
      return isOwner(dict, holder, resolve)
    case 'Thumb':
      return nameOf(resolve(dict.get('Type'))) === 'Page'
    case 'Metadata':
      return isPacket(dict.get(key), resolve) && !(dict === catalog && isAccessible(catalog, resolve))
    default:
      return false
  }
}

function isOwner(dict: Dict, holder: Value, resolve: Resolve): boolean {
  if (!isDict(resolve(dict.get('PieceInfo')))) return false
  const isForm = holder instanceof Stream && nameOf(resolve(dict.get('Subtype'))) === 'Form'
  return isForm || PRIVATE_OWNERS.has(nameOf(resolve(dict.get('Type'))) ?? '')
}

/** Told by content: elsewhere the key may be somebody's name for something. */
function isPacket(value: Value | undefined, resolve: Resolve): boolean {
  const found = resolve(value)
  return found instanceof Stream && nameOf(resolve(found.dict.get('Type'))) === 'Metadata'
}

function dropDescription({ catalog, trailer, resolve }: Model): void {
  // Conformance to PDF/UA is claimed there.
  if (!isAccessible(catalog, resolve)) catalog.delete('Metadata')
  const title = resolve(dictOf(resolve(trailer.info))?.get('Title'))
  trailer.info = title instanceof Text ? new Map([['Title', title]]) : null
}

function isAccessible(catalog: Dict, resolve: Resolve): boolean {
  return resolve(dictOf(resolve(catalog.get('MarkInfo')))?.get('Marked')) === true
}
