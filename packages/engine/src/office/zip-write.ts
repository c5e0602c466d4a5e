import { concatBytes } from '../inspect/bytes.js'
import type { ZipEntry } from './zip.js'
import type { Packed } from './zip-deflate.js'
import { keptExtra } from './zip-extra.js'
import { flag, method, recordSize, signature, viewOf } from './zip-records.js'

/** An entry to write: an old one's name, times and attributes, with content that may be new. */
export interface NewEntry extends Packed {
  readonly from: ZipEntry
  readonly crc: number
  readonly size: number
}

/**
 * Writes an archive whose data and directory have the order they had. Sizes stand in front of the data. Extra fields
 * go, unless they name an entry or `keepExtra` asks for them; growth room and alignment go always.
 */
export function writeZip(entries: readonly NewEntry[], comment: Uint8Array, keepExtra: boolean): Uint8Array {
  const offsets = new Map<NewEntry, number>()
  const parts: Uint8Array[] = []
  let at = 0
  for (const entry of entries.toSorted((a, b) => a.from.offset - b.from.offset)) {
    offsets.set(entry, at)
    const header = localHeader(entry, keepExtra)
    parts.push(header, entry.data)
    at += header.length + entry.data.length
  }
  const central = concatBytes(entries.map((entry) => centralRecord(entry, offsets.get(entry) ?? 0, keepExtra)))
  return concatBytes([...parts, central, endRecord(entries.length, central.length, at, comment)])
}

/** Fields that both headers of an entry have in common, version to extra length: 26 bytes. */
function writeCommon(view: DataView, at: number, entry: NewEntry, extra: Uint8Array): void {
  const { from } = entry
  view.setUint16(at, entry.method === method.deflated || from.name.endsWith('/') ? 20 : 10, true)
  view.setUint16(at + 2, from.flags & ~flag.descriptor, true)
  view.setUint16(at + 4, entry.method, true)
  view.setUint32(at + 6, from.time, true)
  view.setUint32(at + 10, entry.crc, true)
  view.setUint32(at + 14, entry.data.length, true)
  view.setUint32(at + 18, entry.size, true)
  view.setUint16(at + 22, from.nameBytes.length, true)
  view.setUint16(at + 24, extra.length, true)
}

function localHeader(entry: NewEntry, keepExtra: boolean): Uint8Array {
  const extra = keptExtra(entry.from.localExtra, keepExtra)
  const header = record(signature.local, recordSize.local)
  writeCommon(viewOf(header), 4, entry, extra)
  return concatBytes([header, entry.from.nameBytes, extra])
}

function centralRecord(entry: NewEntry, offset: number, keepExtra: boolean): Uint8Array {
  const { from } = entry
  const extra = keptExtra(from.extra, keepExtra)
  const header = record(signature.central, recordSize.central)
  const view = viewOf(header)
  view.setUint16(4, from.madeBy, true)
  writeCommon(view, 6, entry, extra)
  view.setUint16(32, from.comment.length, true)
  view.setUint16(36, from.internalAttributes, true)
  view.setUint32(38, from.externalAttributes, true)
  view.setUint32(42, offset, true)
  return concatBytes([header, from.nameBytes, extra, from.comment])
}

function endRecord(count: number, size: number, start: number, comment: Uint8Array): Uint8Array {
  const end = record(signature.end, recordSize.end)
  const view = viewOf(end)
  view.setUint16(8, count, true)
  view.setUint16(10, count, true)
  view.setUint32(12, size, true)
  view.setUint32(16, start, true)
  view.setUint16(20, comment.length, true)
  return concatBytes([end, comment])
}

function record(signature: string, size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  bytes.set(Buffer.from(signature, 'latin1'))
  return bytes
}
