import { crc32 } from 'node:zlib'
import type { Settings } from '../codecs/settings.js'
import { compareOffice } from './compare.js'
import { ZIP_LIMITS } from './limits.js'
import { type CompressImage, comparePictures, compressPicture } from './media.js'
import { picturesAtNaturalSize } from './natural-size.js'
import { type OfficePackage, readPackage } from './package.js'
import { isEmbeddedPackage, pictureFormat } from './part-names.js'
import { BrokenZipError, LeftAloneError, type OfficeReason } from './reasons.js'
import type { ZipEntry } from './zip.js'
import { type Packed, pack } from './zip-deflate.js'
import { unpack } from './zip-inflate.js'
import { type NewEntry, writeZip } from './zip-write.js'

/** What came of one package. */
export type OfficeAnswer =
  | {
      readonly kind: 'gain'
      readonly bytes: Uint8Array
      /** Lowest score among changed pictures, 100 when no pixel changed, `null` when one was not measured. */
      readonly quality: number | null
    }
  | { readonly kind: 'kept'; readonly reason: OfficeReason }
  | { readonly kind: 'broken'; readonly detail: string }

/**
 * Makes a Word, PowerPoint or Excel package smaller: pictures are encoded anew under their names, everything else is
 * packed better and stays the same byte for byte. Nothing about a file makes it throw; `compressImage` may.
 */
export async function compressOffice(
  bytes: Uint8Array,
  settings: Settings,
  compressImage: CompressImage,
): Promise<OfficeAnswer> {
  try {
    const source = readPackage(bytes)
    const budget = { left: ZIP_LIMITS.total - unpackedSize(source) }
    const { bytes: result, quality } = await repack(source, { settings, compressImage, budget, nested: false })
    if (result.length >= bytes.length) return { kind: 'kept', reason: 'no-gain' }
    const objection = await compareOffice(bytes, result, comparePictures, settings.resize)
    if (objection !== null) throw new Error(`The repacked file differs: ${objection}.`)
    return { kind: 'gain', bytes: result, quality }
  } catch (error) {
    if (error instanceof LeftAloneError) return { kind: 'kept', reason: error.reason }
    if (error instanceof BrokenZipError) return { kind: 'broken', detail: error.message }
    throw error
  }
}

interface Job {
  readonly settings: Settings
  readonly compressImage: CompressImage
  /** Bytes that packages inside this one may still unpack to. */
  readonly budget: { left: number }
  /** Whether this package lies in another. Those within it are left as they are. */
  readonly nested: boolean
}

interface Result {
  readonly bytes: Uint8Array
  readonly quality: number | null
}

function unpackedSize({ entries }: OfficePackage): number {
  return entries.reduce((sum, { size }) => sum + size, 0)
}

async function repack(source: OfficePackage, job: Job): Promise<Result> {
  const entries: NewEntry[] = []
  const { resize, ...sizeKept } = job.settings
  const fixed: ReadonlySet<string> = resize === undefined ? new Set() : picturesAtNaturalSize(source.entries)
  let quality: number | null = 100
  for (const entry of source.entries) {
    const isFixed = fixed.has(entry.name.toLowerCase())
    const next = await rewrite(entry, isFixed ? { ...job, settings: sizeKept } : job)
    entries.push(next.entry)
    quality = worse(quality, next.quality)
  }
  return { bytes: writeZip(entries, source.comment, job.settings.metadata === 'all'), quality }
}

function worse(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.min(a, b)
}

/** The smallest of: as it was, packed again, new content packed. Equal sizes go to the earlier one. */
async function rewrite(from: ZipEntry, job: Job): Promise<{ entry: NewEntry; quality: number | null }> {
  const { effort } = job.settings
  const content = unpack(from)
  const same = smaller(from, pack(content, effort))
  const replaced = await replaceContent(from.name, content, job)
  const other = replaced && pack(replaced.bytes, effort)
  if (replaced === null || other === null || other.data.length >= same.data.length) {
    return { entry: { from, ...same, crc: from.crc, size: from.size }, quality: 100 }
  }
  const entry = { from, ...other, crc: crc32(replaced.bytes), size: replaced.bytes.length }
  return { entry, quality: replaced.quality }
}

function smaller({ method, data }: Packed, other: Packed): Packed {
  return other.data.length < data.length ? other : { method, data }
}

/** New content for a part that may change, if it is smaller. */
async function replaceContent(name: string, content: Uint8Array, job: Job): Promise<Result | null> {
  const format = pictureFormat(name)
  if (format !== null) return compressPicture(content, format, job.settings, job.compressImage)
  return !job.nested && isEmbeddedPackage(name) ? repackEmbedded(content, job) : null
}

/** A package inside a package. One that must not be touched, or is none, stays as it is and harms nothing. */
async function repackEmbedded(content: Uint8Array, job: Job): Promise<Result | null> {
  try {
    const source = readPackage(content, { ...ZIP_LIMITS, total: job.budget.left })
    job.budget.left -= unpackedSize(source)
    const result = await repack(source, { ...job, nested: true })
    return result.bytes.length < content.length ? result : null
  } catch (error) {
    if (error instanceof LeftAloneError || error instanceof BrokenZipError) return null
    throw error
  }
}
