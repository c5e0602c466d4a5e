import { hasText, latin1 } from '../inspect/bytes.js'
import type { Format } from '../types.js'
import type { ZipLimits } from './limits.js'
import { LeftAloneError } from './reasons.js'
import type { Zip, ZipEntry } from './zip.js'
import { unpack } from './zip-inflate.js'
import { readZip } from './zip-read.js'

export type OfficeFormat = Extract<Format, 'docx' | 'pptx' | 'xlsx'>

/** A package that may be worked on. */
export interface OfficePackage extends Zip {
  readonly format: OfficeFormat
}

const compound = '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'
const contentTypes = '[Content_Types].xml'
const rootRelations = '_rels/.rels'

/** The two parts that say what a package is have some hundred bytes for each other part. */
const longestDescription = 8 * 2 ** 20

/** Media types of main parts, documents to add-ins, with and without macros. No other part's type has these. */
const mainTypes: readonly (readonly [OfficeFormat, RegExp])[] = [
  ['docx', /(wordprocessingml\.|ms-word\.)(document|template)\.(macroenabled(template)?\.)?main\+xml/],
  ['pptx', /(presentationml\.|ms-powerpoint\.)(presentation|slideshow|template|addin)\.(macroenabled\.)?main\+xml/],
  ['xlsx', /(spreadsheetml\.|ms-excel\.)(sheet|template|addin)\.((binary\.)?macroenabled\.)?main/],
]

/**
 * Reads a Word, PowerPoint or Excel package that nothing forbids to change. Only the two parts that describe it are
 * unpacked.
 *
 * @throws LeftAloneError, BrokenZipError
 */
export function readPackage(bytes: Uint8Array, limits?: ZipLimits): OfficePackage {
  refuseCompound(bytes)
  const zip = readZip(bytes, limits)
  const types = describe(zip.entries, contentTypes)
  const relations = describe(zip.entries, rootRelations)
  const format = mainTypes.find(([, type]) => type.test(types))?.[0]
  if (format === undefined || relations === '') throw new LeftAloneError('unsupported-format', 'no office package')
  refuseSigned(zip.entries, types + relations)
  return { ...zip, format }
}

/** Compound files hold an encrypted package, or a document of the formats before 2007. */
function refuseCompound(bytes: Uint8Array): void {
  if (!hasText(bytes, compound)) return
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  throw view.includes('EncryptedPackage', 0, 'utf16le')
    ? new LeftAloneError('encrypted', 'a package behind a password')
    : new LeftAloneError('unsupported-format', 'a compound file')
}

/** A describing part's text in lower case, whatever encoding it has: only ASCII is looked for. Empty if it is missing. */
function describe(entries: readonly ZipEntry[], name: string): string {
  const entry = entries.find((entry) => entry.name.toLowerCase() === name.toLowerCase())
  if (entry === undefined) return ''
  if (entry.size > longestDescription) throw new LeftAloneError('too-large', `${name} has ${entry.size} bytes`)
  return latin1(unpack(entry)).replaceAll('\0', '').toLowerCase()
}

/** ECMA-376-2, 13: an origin part, signature parts, and relationships between them; any of them is enough. */
function refuseSigned(entries: readonly ZipEntry[], description: string): void {
  const signed =
    description.includes('/digital-signature') ||
    description.includes('.digital-signature') ||
    entries.some(({ name }) => /^_xmlsignatures\/|\.sigs$/i.test(name))
  if (signed) throw new LeftAloneError('signed', 'it is signed')
}
