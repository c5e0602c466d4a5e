import type { Scale } from '../resize/size.js'
import { comparePictures } from './media.js'
import { picturesAtNaturalSize } from './natural-size.js'
import { readPackage } from './package.js'
import { isEmbeddedPackage, type PictureFormat, pictureFormat } from './part-names.js'
import { BrokenZipError, LeftAloneError } from './reasons.js'
import type { CentralEntry, Zip, ZipEntry } from './zip.js'
import { unpack } from './zip-inflate.js'
import { flag } from './zip-records.js'

/** Why one picture must not stand for another, or `null`. `resize` is what was to happen to its size. */
export type ComparePicture = (
  source: Uint8Array,
  result: Uint8Array,
  format: PictureFormat,
  resize: Scale | undefined,
) => string | null | Promise<string | null>

/**
 * Why `result` must not ship in place of `source`, or `null`. Parts have the same names, times and order, and the same
 * bytes unless they are pictures; those are compared by `comparePicture`, by their headers if it is not given, and have
 * exactly the size that `resize` asks for. A package inside a package is compared in the same way, once. Never throws
 * for what the bytes hold.
 */
export async function compareOffice(
  source: Uint8Array,
  result: Uint8Array,
  comparePicture: ComparePicture = comparePictures,
  resize?: Scale,
): Promise<string | null> {
  try {
    return await comparePackages(source, result, { comparePicture, resize, nested: false })
  } catch (error) {
    if (error instanceof LeftAloneError || error instanceof BrokenZipError) return error.message
    throw error
  }
}

interface Rules {
  readonly comparePicture: ComparePicture
  readonly resize: Scale | undefined
  readonly nested: boolean
}

async function comparePackages(source: Uint8Array, result: Uint8Array, rules: Rules): Promise<string | null> {
  const before = readPackage(source)
  const after = readPackage(result)
  if (before.format !== after.format) return `a ${before.format} became a ${after.format}`
  const objection = compareDirectories(before, after)
  if (objection !== null) return objection
  const fixed = rules.resize === undefined ? null : picturesAtNaturalSize(before.entries)
  for (const [i, entry] of before.entries.entries()) {
    const other = after.entries[i]
    const own = fixed?.has(entry.name.toLowerCase()) ? { ...rules, resize: undefined } : rules
    const changed = other === undefined ? 'a part is missing' : await compareEntries(entry, other, own)
    if (changed !== null) return changed
  }
  return null
}

/** Names, the order in directory and file, and what is said of each entry besides its content. */
function compareDirectories(before: Zip, after: Zip): string | null {
  if (before.entries.length !== after.entries.length) return 'parts are missing or new'
  if (Buffer.compare(before.comment, after.comment) !== 0) return 'the comment changed'
  if (placesOf(before).join() !== placesOf(after).join()) return 'parts are stored in another order'
  const index = before.entries.findIndex((entry, i) => !sameDescription(entry, after.entries[i]))
  return index < 0 ? null : `name, time or attributes of ${before.entries[index]?.name} changed`
}

/** Indices of the entries in the order of their data. */
function placesOf({ entries }: Zip): number[] {
  return [...entries.keys()].sort((a, b) => (entries[a]?.offset ?? 0) - (entries[b]?.offset ?? 0))
}

function sameDescription(a: CentralEntry, b: CentralEntry | undefined): boolean {
  return (
    b !== undefined &&
    Buffer.compare(a.nameBytes, b.nameBytes) === 0 &&
    Buffer.compare(a.comment, b.comment) === 0 &&
    (a.flags & flag.utf8) === (b.flags & flag.utf8) &&
    a.time === b.time &&
    a.internalAttributes === b.internalAttributes &&
    a.externalAttributes === b.externalAttributes
  )
}

async function compareEntries(before: ZipEntry, after: ZipEntry, rules: Rules): Promise<string | null> {
  const [source, result] = [unpack(before), unpack(after)]
  if (Buffer.compare(source, result) === 0) return null
  const format = pictureFormat(before.name)
  if (format !== null) return within(before.name, await rules.comparePicture(source, result, format, rules.resize))
  if (rules.nested || !isEmbeddedPackage(before.name)) return `${before.name} changed`
  return within(before.name, await comparePackages(source, result, { ...rules, nested: true }))
}

function within(name: string, objection: string | null): string | null {
  return objection && `${name}: ${objection}`
}
