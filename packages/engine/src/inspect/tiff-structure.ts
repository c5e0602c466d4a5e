import { hasText } from './bytes.js'

// What EXIF and directories of pictures are written in: a byte order, and directories of entries of one size.

/** A TIFF structure whose offsets have four bytes. */
export interface TiffStructure {
  /** All of it: offsets count from where it begins. */
  readonly view: DataView
  readonly little: boolean
  /** Where the first directory is said to be. */
  readonly first: number
}

/** Bytes of an entry: its tag, the type and the number of its values, and these or where they are. */
export const entrySize = 12

/** `null` for what begins otherwise. */
export function openTiff(bytes: Uint8Array): TiffStructure | null {
  const little = hasText(bytes, 'II*\0')
  if (bytes.length < 8 || !(little || hasText(bytes, 'MM\0*'))) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return { view, little, first: view.getUint32(4, little) }
}

/** Where the entries of a directory begin, of those that lie within. */
export function* entriesOf({ view, little }: TiffStructure, directory: number): Generator<number> {
  const start = directory + 2
  if (start > view.byteLength) return
  const count = Math.min(view.getUint16(directory, little), Math.floor((view.byteLength - start) / entrySize))
  for (let at = start; at < start + count * entrySize; at += entrySize) yield at
}
