import { hasText } from '../inspect/bytes.js'
import { BrokenZipError, LeftAloneError } from './reasons.js'
import type { CentralEntry } from './zip.js'
import type { ZipEnd } from './zip-end.js'
import { type ExtraField, readExtra, resolveZip64 } from './zip-extra.js'
import { decodeName } from './zip-names.js'
import { extraId, flag, method, recordSize, signature, viewOf } from './zip-records.js'

/** Reads the central directory, whose records must fill the space that it is given. */
export function readCentral(bytes: Uint8Array, { count, start, end }: ZipEnd): CentralEntry[] {
  const entries: CentralEntry[] = []
  let at = start
  for (let i = 0; i < count; i++) {
    const { entry, next } = readRecord(bytes, at, end)
    entries.push(entry)
    at = next
  }
  if (at === end) return entries
  if (hasText(bytes, signature.centralSignature, at)) throw new LeftAloneError('signed', 'the directory is signed')
  throw new BrokenZipError('a directory with another number of entries')
}

function readRecord(bytes: Uint8Array, at: number, limit: number): { entry: CentralEntry; next: number } {
  if (at + recordSize.central > limit || !hasText(bytes, signature.central, at)) {
    throw new BrokenZipError('a directory that is cut short')
  }
  const view = viewOf(bytes)
  const u16 = (offset: number): number => view.getUint16(at + offset, true)
  const u32 = (offset: number): number => view.getUint32(at + offset, true)
  const nameEnd = at + recordSize.central + u16(28)
  const extraEnd = nameEnd + u16(30)
  const next = extraEnd + u16(32)
  if (next > limit) throw new BrokenZipError('a directory that is cut short')
  if (u16(34) !== 0) throw new BrokenZipError('one of several volumes')
  const flags = u16(8)
  const extra = bytes.subarray(nameEnd, extraEnd)
  const fields = readExtra(extra)
  refuseEncrypted(flags, u16(10), fields)
  const nameBytes = bytes.subarray(at + recordSize.central, nameEnd)
  const sizes = resolveZip64({ unpacked: u32(24), packed: u32(20), offset: u32(42) }, fields)
  const entry: CentralEntry = {
    name: decodeName(nameBytes, flags),
    nameBytes,
    madeBy: u16(4),
    flags,
    method: u16(10),
    time: u32(12),
    crc: u32(16),
    packedSize: sizes.packed,
    size: sizes.unpacked,
    internalAttributes: u16(36),
    externalAttributes: u32(38),
    offset: sizes.offset,
    extra,
    comment: bytes.subarray(extraEnd, next),
  }
  return { entry, next }
}

function refuseEncrypted(flags: number, packing: number, fields: readonly ExtraField[]): void {
  const marked = (flags & (flag.encrypted | flag.strongEncryption | flag.maskedHeaders)) !== 0
  const described = fields.some(({ id }) => id === extraId.aes || id === extraId.strongEncryption)
  if (marked || described || packing === method.aes) throw new LeftAloneError('encrypted', 'an encrypted entry')
}
