import { concatBytes, hasText, latin1, u32be } from '../inspect/bytes.js'
import { entriesOf, entrySize, openTiff } from '../inspect/tiff-structure.js'

/** The few EXIF fields that matter to a picture on the web. */
export interface ExifFields {
  /** Tag 0x0112, 1 to 8; 1 when it is missing or makes no sense. */
  readonly orientation: number
  /** Tag 0x013b. */
  readonly artist?: string
  /** Tag 0x8298. */
  readonly copyright?: string
  /** Whether tag 0x0131 (software) ends with {@link SCALED_MARK}. */
  readonly scaled?: true
}

/** Who made a picture and who owns it. */
export type Credit = Pick<ExifFields, 'artist' | 'copyright'>

/** What we write into a picture that was scaled to a percentage, so that it is not scaled by one again. */
export const SCALED_MARK = 'compress-fast: scaled by percentage'

const tags = { orientation: 0x0112, software: 0x0131, artist: 0x013b, copyright: 0x8298 } as const
const types = { ascii: 2, short: 3, utf8: 129 } as const

/** A longer text is no credit line; this also keeps what is written within one JPEG segment. */
const longestCredit = 16 * 1024

/** Reads the first directory of an EXIF block (a TIFF structure, with or without `Exif\0\0` before). Never throws. */
export function readExif(bytes: Uint8Array): ExifFields {
  const tiff = hasText(bytes, 'Exif\0\0') ? bytes.subarray(6) : bytes
  const entries = readDirectory(tiff)
  const artist = entries.get(tags.artist)?.text
  const copyright = entries.get(tags.copyright)?.text
  return {
    orientation: validOrientation(entries.get(tags.orientation)?.short),
    ...(artist && { artist }),
    ...(copyright && { copyright }),
    ...(entries.get(tags.software)?.text?.endsWith(SCALED_MARK) && { scaled: true }),
  }
}

/**
 * The smallest EXIF block (a big-endian TIFF structure without `Exif\0\0`) that says this, in UTF-8. Orientation 1
 * is what is understood without a tag and is left out; a credit that is empty or above 16 KiB is too. Empty when
 * nothing is left to say.
 */
export function orientationExif(orientation: number, credit: Credit & { readonly scaled?: true } = {}): Uint8Array {
  const fields = [
    ...(orientation >= 2 && orientation <= 8 ? [shortField(tags.orientation, orientation)] : []),
    ...textField(tags.software, credit.scaled && SCALED_MARK),
    ...textField(tags.artist, credit.artist),
    ...textField(tags.copyright, credit.copyright),
  ]
  return fields.length > 0 ? writeTiff(fields) : new Uint8Array()
}

/** What the first directory says under `software`. */
export function exifSoftware(tiff: Uint8Array): string | undefined {
  return readDirectory(tiff).get(tags.software)?.text
}

/** Directories of an EXIF block that others lead to: EXIF, GPS, interoperability. */
const directoryTags: ReadonlySet<number> = new Set([0x8769, 0x8825, 0xa005])

/** Real blocks have three to five. */
const mostDirectories = 32

/**
 * Whether the directories of an EXIF block lead to one another in circles, which some decoders follow for minutes. Never
 * throws.
 */
export function isCircularExif(bytes: Uint8Array): boolean {
  const tiff = openTiff(hasText(bytes, 'Exif\0\0') ? bytes.subarray(6) : bytes)
  if (tiff === null) return false
  const { view, little, first } = tiff
  const waiting = [first]
  const seen = new Set<number>()
  for (let start = waiting.pop(); start !== undefined; start = waiting.pop()) {
    if (start === 0 || start + 2 > view.byteLength) continue
    if (seen.has(start) || seen.size === mostDirectories) return true
    seen.add(start)
    let end = start + 2
    for (const at of entriesOf(tiff, start)) {
      if (directoryTags.has(view.getUint16(at, little))) waiting.push(view.getUint32(at + 8, little))
      end = at + entrySize
    }
    if (end + 4 <= view.byteLength) waiting.push(view.getUint32(end, little))
  }
  return false
}

interface Entry {
  readonly short: number | undefined
  readonly text: string | undefined
}

function readDirectory(bytes: Uint8Array): Map<number, Entry> {
  const entries = new Map<number, Entry>()
  const tiff = openTiff(bytes)
  if (tiff === null) return entries
  const { view, little, first } = tiff
  for (const at of entriesOf(tiff, first)) {
    const tag = view.getUint16(at, little)
    // The first of a doubled tag counts, as it does for other readers.
    if (!entries.has(tag)) entries.set(tag, readEntry(view, at, little))
  }
  return entries
}

function readEntry(view: DataView, at: number, little: boolean): Entry {
  const type = view.getUint16(at + 2, little)
  const count = view.getUint32(at + 4, little)
  const short = type === types.short && count === 1 ? view.getUint16(at + 8, little) : undefined
  const isText = (type === types.ascii || type === types.utf8) && count <= longestCredit
  if (!isText) return { short, text: undefined }
  const start = count > 4 ? view.getUint32(at + 8, little) : at + 8
  if (start + count > view.byteLength) return { short, text: undefined }
  return { short, text: decodeText(new Uint8Array(view.buffer, view.byteOffset + start, count)) }
}

/** Meant to be ASCII; what is more is UTF-8 nowadays and Latin-1 in old files. Ends at the last zero. */
function decodeText(bytes: Uint8Array): string {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    text = latin1(bytes)
  }
  // A zero within separates photographer from editor (EXIF 4.6.5 D): kept. Padding spaces mean "unknown".
  let end = text.length
  while (end > 0 && (text[end - 1] === '\0' || text[end - 1] === ' ')) end--
  return text.slice(0, end)
}

function validOrientation(value: number | undefined): number {
  return value !== undefined && value >= 1 && value <= 8 ? value : 1
}

interface Field {
  readonly tag: number
  readonly type: number
  readonly count: number
  readonly value: Uint8Array
}

function shortField(tag: number, value: number): Field {
  return { tag, type: types.short, count: 1, value: Uint8Array.of(value >>> 8, value) }
}

function textField(tag: number, text = ''): Field[] {
  const value = new TextEncoder().encode(`${text}\0`)
  return text === '' || value.length > longestCredit ? [] : [{ tag, type: types.ascii, count: value.length, value }]
}

/** Header, one directory, then the values that do not fit into their entry. Fields come in order of their tags. */
function writeTiff(fields: readonly Field[]): Uint8Array {
  const values: Uint8Array[] = []
  let valueAt = 8 + 2 + fields.length * entrySize + 4
  const entries = fields.map(({ tag, type, count, value }) => {
    const head = Uint8Array.of(tag >>> 8, tag, 0, type)
    if (value.length <= 4) return concatBytes([head, u32be(count), value, new Uint8Array(4 - value.length)])
    const entry = concatBytes([head, u32be(count), u32be(valueAt)])
    const padded = concatBytes([value, new Uint8Array(value.length & 1)])
    values.push(padded)
    valueAt += padded.length
    return entry
  })
  const header = Uint8Array.of(0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, fields.length)
  return concatBytes([header, ...entries, u32be(0), ...values])
}
