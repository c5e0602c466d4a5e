import type { Format } from '../types.js'
import { hasText, latin1 } from './bytes.js'

const endRecordSize = 22
/** A zip comment, which stands behind the end record, has at most this many bytes. */
const longestComment = 0xffff
const entrySize = 46

const byFolder: readonly (readonly [string, Format])[] = [
  ['word/', 'docx'],
  ['ppt/', 'pptx'],
  ['xl/', 'xlsx'],
]

/** Word, PowerPoint or Excel by the names in the zip's central directory; `null` for other zips. */
export function sniffZip(bytes: Uint8Array): Format | null {
  if (!hasText(bytes, 'PK\x03\x04')) return null
  let typed = false
  let format: Format | null = null
  for (const name of centralNames(bytes)) {
    typed ||= name === '[Content_Types].xml'
    format ??= byFolder.find(([folder]) => name.startsWith(folder))?.[1] ?? null
    if (typed && format) return format
  }
  return null
}

/** Names in the central directory (APPNOTE 4.3.12), as far as it can be read. */
function* centralNames(bytes: Uint8Array): Generator<string> {
  const end = endRecordAt(bytes)
  if (end < 0) return
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = view.getUint32(end + 16, true)
  while (at + entrySize <= end && hasText(bytes, 'PK\x01\x02', at)) {
    const nameLength = view.getUint16(at + 28, true)
    yield latin1(bytes, at + entrySize, at + entrySize + nameLength)
    at += entrySize + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  }
}

/** Where the end of central directory record begins, -1 when there is none. */
function endRecordAt(bytes: Uint8Array): number {
  const tail = Math.max(0, bytes.length - endRecordSize - longestComment)
  const found = latin1(bytes, tail).lastIndexOf('PK\x05\x06')
  const at = tail + found
  return found < 0 || at + endRecordSize > bytes.length ? -1 : at
}
