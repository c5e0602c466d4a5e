import { concatBytes } from '../inspect/bytes.js'
import { BrokenZipError } from './reasons.js'
import { elsewhere, extraId, viewOf } from './zip-records.js'

/** One extra field, header included. */
export interface ExtraField {
  readonly id: number
  readonly raw: Uint8Array
  readonly data: Uint8Array
}

/** Fields up to the first that is cut short: what comes behind it is padding in practice. */
export function readExtra(extra: Uint8Array): ExtraField[] {
  const view = viewOf(extra)
  const fields: ExtraField[] = []
  for (let at = 0; at + 4 <= extra.length; ) {
    const end = at + 4 + view.getUint16(at + 2, true)
    if (end > extra.length) break
    fields.push({ id: view.getUint16(at, true), raw: extra.subarray(at, end), data: extra.subarray(at + 4, end) })
    at = end
  }
  return fields
}

/** Numbers of a record that may stand in its zip64 field instead. */
export interface Sizes {
  readonly unpacked: number
  readonly packed: number
  readonly offset: number
}

/** The numbers of a central record, from the zip64 field where a 32-bit one says so. @throws BrokenZipError */
export function resolveZip64(sizes: Sizes, fields: readonly ExtraField[]): Sizes {
  if (![sizes.unpacked, sizes.packed, sizes.offset].includes(elsewhere.u32)) return sizes
  const data = fields.find(({ id }) => id === extraId.zip64)?.data ?? new Uint8Array()
  let at = 0
  const resolve = (value: number): number => {
    if (value !== elsewhere.u32) return value
    if (at + 8 > data.length) throw new BrokenZipError('a 64-bit size is missing')
    at += 8
    return readU64(data, at - 8)
  }
  // In this order, and only those that are needed (4.5.3).
  const unpacked = resolve(sizes.unpacked)
  const packed = resolve(sizes.packed)
  return { unpacked, packed, offset: resolve(sizes.offset) }
}

/** Exact up to 2^53; what is larger lies outside of every file anyway. */
export function readU64(bytes: Uint8Array, at: number): number {
  const view = viewOf(bytes)
  return view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true)
}

/** Unicode names say what an entry is called; all other fields are times, owners and padding. */
const naming: ReadonlySet<number> = new Set([extraId.unicodePath, extraId.unicodeComment])
/** Wrong or without use once an entry has moved. */
const placing: ReadonlySet<number> = new Set([extraId.zip64, extraId.growthHint, extraId.alignment])

/** The fields to write again: those that name, or with `all` every one that is not about the entry's place. */
export function keptExtra(extra: Uint8Array, all: boolean): Uint8Array {
  const kept = readExtra(extra).filter(({ id }) => (all ? !placing.has(id) : naming.has(id)))
  return concatBytes(kept.map(({ raw }) => raw))
}
