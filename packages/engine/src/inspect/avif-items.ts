import { type Box, findBox, openFullBox, readBoxes, readFullBoxes } from './bmff.js'
import { Reader } from './reader.js'

/** The items of a HEIF file (ISO/IEC 23008-12), as far as facts need them. */
export interface Items {
  readonly primary: number
  /** Four-letter type by item id. */
  readonly types: ReadonlyMap<number, string>
  /** Properties by item id, in the order in which they apply. */
  readonly properties: ReadonlyMap<number, readonly Box[]>
  readonly references: readonly Reference[]
}

/** `from` is a `type` of `to`: `auxl`, `thmb`, `dimg`, `prem`. */
interface Reference {
  readonly type: string
  readonly from: number
  readonly to: readonly number[]
}

/**
 * Reads a file's `meta` box; `null` when it holds no picture but, say, tags of a sequence. `fileSize` bounds where items
 * may lie. @throws BrokenImageError
 */
export function readItems(meta: Box, fileSize: number): Items | null {
  const boxes = readFullBoxes(meta)
  const primary = findBox(boxes, 'pitm')
  if (!primary) return null
  const locations = findBox(boxes, 'iloc')
  if (locations) checkLocations(locations, fileSize)
  return {
    primary: readPrimary(primary),
    types: readTypes(boxes),
    properties: readProperties(boxes),
    references: readReferences(boxes),
  }
}

function readPrimary(box: Box): number {
  const { reader, version } = openFullBox(box)
  return readId(reader, version === 0)
}

/** Item ids have 16 bits in early versions of each box, 32 later. */
function readId(reader: Reader, short: boolean): number {
  return short ? reader.u16be() : reader.u32be()
}

function readTypes(boxes: readonly Box[]): Map<number, string> {
  const types = new Map<number, string>()
  const list = findBox(boxes, 'iinf')
  if (!list) return types
  const { reader, version } = openFullBox(list)
  readId(reader, version === 0)
  for (const entry of readBoxes(reader.take(reader.left))) {
    const info = openFullBox(entry)
    // Versions 0 and 1 describe files by media type, not pictures.
    if (entry.type !== 'infe' || info.version < 2) continue
    const id = readId(info.reader, info.version === 2)
    info.reader.skip(2)
    types.set(id, info.reader.text(4))
  }
  return types
}

/** `ipco` holds the properties, `ipma` says by number, from 1, which item has which. */
function readProperties(boxes: readonly Box[]): Map<number, Box[]> {
  const container = findBox(boxes, 'iprp')
  const parts = container ? readBoxes(container.data) : []
  const store = findBox(parts, 'ipco')
  const all = store ? readBoxes(store.data) : []
  const byItem = new Map<number, Box[]>()
  for (const association of parts.filter((box) => box.type === 'ipma')) readAssociations(association, all, byItem)
  return byItem
}

function readAssociations(box: Box, all: readonly Box[], byItem: Map<number, Box[]>): void {
  const { reader, version, flags } = openFullBox(box)
  for (let entries = reader.u32be(); entries > 0; entries--) {
    const id = readId(reader, version === 0)
    // Added to, not copied: a file may name the same item very often.
    const properties = byItem.get(id) ?? []
    byItem.set(id, properties)
    for (let count = reader.u8(); count > 0; count--) {
      // The first bit says that the property is essential.
      const number = flags & 1 ? reader.u16be() & 0x7fff : reader.u8() & 0x7f
      const property = all[number - 1]
      if (number > 0 && !property) throw reader.broken('a property that does not exist')
      if (property) properties.push(property)
    }
  }
}

function readReferences(boxes: readonly Box[]): Reference[] {
  const box = findBox(boxes, 'iref')
  if (!box) return []
  const { reader, version } = openFullBox(box)
  return readBoxes(reader.take(reader.left)).map(({ type, data }) => {
    const entry = new Reader(data, 'avif')
    const from = readId(entry, version === 0)
    const to: number[] = []
    for (let count = entry.u16be(); count > 0; count--) to.push(readId(entry, version === 0))
    return { type, from, to }
  })
}

/** Walks the item locations: what a file's items say they need has to be there. */
function checkLocations(box: Box, fileSize: number): void {
  const { reader, version } = openFullBox(box)
  const sizes = reader.u16be()
  const [offsetSize, lengthSize, baseSize] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15]
  const indexSize = version > 0 ? sizes & 15 : 0
  for (let items = readId(reader, version < 2); items > 0; items--) {
    readId(reader, version < 2)
    const method = version > 0 ? reader.u16be() & 15 : 0
    reader.skip(2)
    const base = reader.uint(baseSize)
    const extents = reader.u16be()
    // Without a size an extent takes no bytes and says nothing: nothing to walk, however many are claimed.
    if (offsetSize + lengthSize + indexSize === 0) continue
    for (let extent = 0; extent < extents; extent++) {
      reader.uint(indexSize)
      const end = base + reader.uint(offsetSize) + reader.uint(lengthSize)
      // Method 0 counts from the start of the file, the others from a box within it.
      if (method === 0 && end > fileSize) throw reader.broken('a picture whose data is cut short')
    }
  }
}
