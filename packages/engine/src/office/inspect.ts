import type { OfficeAnswer } from './compress.js'
import { type OfficeFormat, readPackage } from './package.js'
import { type PictureFormat, pictureFormat } from './part-names.js'
import { BrokenZipError, LeftAloneError } from './reasons.js'

/** What a package's directory says. */
export interface OfficeFacts {
  readonly kind: 'office'
  readonly format: OfficeFormat
  readonly entries: number
  /** Bytes of all parts unpacked, and of the largest. */
  readonly unpacked: number
  readonly largest: number
  /** Bytes of pictures that may be encoded anew, by what their names say they are. */
  readonly pictures: Readonly<Record<PictureFormat, number>>
}

/**
 * What a package holds, or why it will be left alone. Only the directory and the two parts that say what the package is
 * are read, so parts may still turn out broken. Never throws for what the bytes hold.
 */
export function inspectOffice(bytes: Uint8Array): OfficeFacts | Exclude<OfficeAnswer, { kind: 'gain' }> {
  try {
    const { format, entries } = readPackage(bytes)
    const sizes = entries.map(({ size }) => size)
    const pictures = { jpeg: 0, png: 0, gif: 0 }
    for (const { name, size } of entries) {
      const picture = pictureFormat(name)
      if (picture !== null) pictures[picture] += size
    }
    const unpacked = sizes.reduce((sum, size) => sum + size, 0)
    const largest = sizes.reduce((most, size) => Math.max(most, size), 0)
    return { kind: 'office', format, entries: entries.length, unpacked, largest, pictures }
  } catch (error) {
    if (error instanceof LeftAloneError) return { kind: 'kept', reason: error.reason }
    if (error instanceof BrokenZipError) return { kind: 'broken', detail: error.message }
    throw error
  }
}
