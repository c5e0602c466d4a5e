import { isArchiveBomb, isEntryBomb, ZIP_LIMITS, type ZipLimits } from './limits.js'
import { BrokenZipError, LeftAloneError } from './reasons.js'
import type { CentralEntry, Zip } from './zip.js'
import { readCentral } from './zip-central.js'
import { readEnd } from './zip-end.js'
import { placeEntries } from './zip-layout.js'
import { checkNames } from './zip-names.js'
import { flag, method } from './zip-records.js'

/**
 * Reads an archive without unpacking anything. What it returns has safe names, is within `limits`, and every byte of
 * the file belongs to exactly one record.
 *
 * @throws BrokenZipError on records that contradict each other or the file; LeftAloneError on what is sound and yet not
 * to be touched.
 */
export function readZip(bytes: Uint8Array, limits: ZipLimits = ZIP_LIMITS): Zip {
  const end = readEnd(bytes)
  if (end.count > limits.entries) throw new LeftAloneError('too-large', `${end.count} entries`)
  const entries = readCentral(bytes, end)
  checkNames(entries.map(({ name }) => name))
  checkMethods(entries)
  checkSizes(entries, limits)
  return { entries: placeEntries(bytes, entries, end.start), comment: end.comment }
}

function checkMethods(entries: readonly CentralEntry[]): void {
  for (const entry of entries) {
    const known = entry.method === method.stored || entry.method === method.deflated
    if (!known || (entry.flags & flag.patch) !== 0) {
      throw new LeftAloneError('unsupported-format', `packing method ${entry.method}`)
    }
    if (entry.method === method.stored && entry.packedSize !== entry.size) {
      throw new BrokenZipError(`two sizes for ${entry.name}, which is not packed`)
    }
  }
}

function checkSizes(entries: readonly CentralEntry[], limits: ZipLimits): void {
  let packed = 0
  let unpacked = 0
  for (const entry of entries) {
    packed += entry.packedSize
    unpacked += entry.size
    if (entry.size > limits.entry || isEntryBomb(entry.packedSize, entry.size)) {
      throw new LeftAloneError('too-large', `${entry.name} unpacks to ${entry.size} bytes`)
    }
  }
  if (unpacked > limits.total || isArchiveBomb(packed, unpacked)) {
    throw new LeftAloneError('too-large', `it unpacks to ${unpacked} bytes`)
  }
}
