import { hasText } from '../inspect/bytes.js'
import { entriesOf, openTiff } from '../inspect/tiff-structure.js'

// The directory of a file that holds several pictures (CIPA DC-007, Multi-Picture Format): a TIFF structure in an APP2
// segment, which says for each picture how long it is and where it begins.

/** Where one picture of a file is, in bytes from the start of the file. */
export interface Place {
  readonly start: number
  readonly end: number
}

const header = 'MPF\0'
const entriesTag = 0xb002
const pictureSize = 16

interface Table {
  readonly view: DataView
  readonly little: boolean
  /** Where the first picture's entry is, and how many there are. */
  readonly at: number
  readonly count: number
}

/**
 * The pictures that a directory names, the first of which begins with the file. `tiff` is where its TIFF structure
 * stands, which offsets count from. `null` when it makes no sense.
 */
export function readPlaces(content: Uint8Array, tiff: number): Place[] | null {
  const table = findTable(content)
  if (table === null) return null
  const { view, little, at, count } = table
  return Array.from({ length: count }, (_, index) => {
    const size = view.getUint32(at + index * pictureSize + 4, little)
    const offset = view.getUint32(at + index * pictureSize + 8, little)
    const start = index === 0 ? 0 : tiff + offset
    return { start, end: start + size }
  })
}

/** The same directory for other places of as many pictures. */
export function writePlaces(content: Uint8Array, places: readonly Place[], tiff: number): Uint8Array {
  const written = new Uint8Array(content)
  const table = findTable(written)
  if (table === null || table.count !== places.length) throw new RangeError('a directory of other pictures')
  const { view, little, at } = table
  for (const [index, { start, end }] of places.entries()) {
    view.setUint32(at + index * pictureSize + 4, end - start, little)
    view.setUint32(at + index * pictureSize + 8, index === 0 ? 0 : start - tiff, little)
  }
  return written
}

/** Where the TIFF structure is in the segment's content. */
export const tiffStart: number = header.length

function findTable(content: Uint8Array): Table | null {
  if (!hasText(content, header)) return null
  const tiff = openTiff(content.subarray(header.length))
  if (tiff === null) return null
  const { view, little, first } = tiff
  for (const field of entriesOf(tiff, first)) {
    if (view.getUint16(field, little) !== entriesTag) continue
    const bytes = view.getUint32(field + 4, little)
    const at = view.getUint32(field + 8, little)
    const fits = bytes > 4 && bytes % pictureSize === 0 && at + bytes <= view.byteLength
    return fits ? { view, little, at, count: bytes / pictureSize } : null
  }
  return null
}
