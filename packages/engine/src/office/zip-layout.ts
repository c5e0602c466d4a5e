import { hasText } from '../inspect/bytes.js'
import { BrokenZipError, LeftAloneError } from './reasons.js'
import type { CentralEntry, ZipEntry } from './zip.js'
import { elsewhere, flag, recordSize, signature, viewOf } from './zip-records.js'

/**
 * Finds each entry's data and makes sure that they follow one another from the first byte to the directory: a zip
 * reader that goes by the directory and one that goes from front to back must see the same.
 */
export function placeEntries(bytes: Uint8Array, entries: readonly CentralEntry[], limit: number): ZipEntry[] {
  const placed = new Map<CentralEntry, ZipEntry>()
  let at = 0
  for (const entry of entries.toSorted((a, b) => a.offset - b.offset)) {
    if (entry.offset + recordSize.local > limit) throw new BrokenZipError(`${entry.name} lies outside`)
    if (entry.offset < at) throw new LeftAloneError('unsafe-archive', `${entry.name} overlaps another entry`)
    if (entry.offset > at) throw strayBytes(bytes, at)
    const { found, end } = readLocal(bytes, entry, limit)
    placed.set(entry, found)
    at = end
  }
  if (at < limit) throw strayBytes(bytes, at)
  return entries.flatMap((entry) => placed.get(entry) ?? [])
}

/** Bytes that belong to no entry: data of somebody's, or an entry that was taken out of the directory only. */
function strayBytes(bytes: Uint8Array, at: number): LeftAloneError {
  const what = hasText(bytes, signature.local, at)
    ? 'an entry that the directory does not list'
    : 'data between entries'
  return new LeftAloneError('embedded-data', what)
}

function readLocal(bytes: Uint8Array, entry: CentralEntry, limit: number): { found: ZipEntry; end: number } {
  const { offset } = entry
  if (!hasText(bytes, signature.local, offset)) throw new BrokenZipError(`no header for ${entry.name}`)
  const view = viewOf(bytes)
  const nameEnd = offset + recordSize.local + view.getUint16(offset + 26, true)
  const start = nameEnd + view.getUint16(offset + 28, true)
  const end = start + entry.packedSize
  if (end > limit) throw new BrokenZipError(`${entry.name} is cut short`)
  checkHeader(bytes, entry, bytes.subarray(offset + recordSize.local, Math.min(nameEnd, limit)))
  const found = { ...entry, data: bytes.subarray(start, end), localExtra: bytes.subarray(nameEnd, start) }
  return { found, end: hasDescriptor(bytes, entry) ? afterDescriptor(bytes, entry, end, limit) : end }
}

function hasDescriptor(bytes: Uint8Array, { offset }: CentralEntry): boolean {
  return (viewOf(bytes).getUint16(offset + 6, true) & flag.descriptor) !== 0
}

/** Both headers of an entry must say the same, as far as the first one says anything. */
function checkHeader(bytes: Uint8Array, entry: CentralEntry, name: Uint8Array): void {
  const view = viewOf(bytes)
  const { offset } = entry
  if (Buffer.compare(name, entry.nameBytes) !== 0) {
    throw new LeftAloneError('unsafe-archive', `${entry.name} has another name in its own header`)
  }
  if (view.getUint16(offset + 8, true) !== entry.method) throw new BrokenZipError(`two methods for ${entry.name}`)
  if (hasDescriptor(bytes, entry)) return
  const agrees = (at: number, value: number): boolean => {
    const here = view.getUint32(offset + at, true)
    return here === value || (at > 14 && here === elsewhere.u32)
  }
  if (!agrees(14, entry.crc) || !agrees(18, entry.packedSize) || !agrees(22, entry.size)) {
    throw new BrokenZipError(`two sizes or checksums for ${entry.name}`)
  }
}

/** Behind the checksum and the sizes that follow the data: with or without a signature, in 32 or 64 bits (4.3.9). */
function afterDescriptor(bytes: Uint8Array, entry: CentralEntry, at: number, limit: number): number {
  const view = viewOf(bytes)
  const signed = hasText(bytes, signature.descriptor, at)
  for (const start of signed ? [at + 4, at] : [at]) {
    for (const width of [4, 8]) {
      const end = start + 4 + 2 * width
      if (end > limit || view.getUint32(start, true) !== entry.crc) continue
      const packed = view.getUint32(start + 4, true)
      const unpacked = view.getUint32(start + 4 + width, true)
      if (packed !== entry.packedSize || unpacked !== entry.size) continue
      // With sizes of 0 both widths fit; what follows decides.
      if (isRecord(bytes, end, limit)) return end
    }
  }
  throw new BrokenZipError(`no sizes behind ${entry.name}`)
}

/** Whether an entry or the directory begins here. */
function isRecord(bytes: Uint8Array, at: number, limit: number): boolean {
  return at === limit || hasText(bytes, signature.local, at)
}
