import { BrokenImageError } from '../inspect/broken.js'
import { directoryTags } from './tags.js'

/** A field of a directory. */
export interface Field {
  readonly tag: number
  /** What its values are, by TIFF's number. */
  readonly type: number
  readonly count: number
  /** The values, in the file's byte order. */
  readonly value: Uint8Array
}

/** A directory: a page, a smaller version of one, or EXIF. */
export interface Directory {
  /** By tag, ascending. */
  readonly fields: ReadonlyMap<number, Field>
  /** Directories that fields refer to. */
  readonly children: ReadonlyMap<number, readonly Directory[]>
}

/** A TIFF taken apart. */
export interface TiffFile {
  readonly bytes: Uint8Array
  readonly isLittle: boolean
  /** Whether offsets have 8 bytes. */
  readonly isBig: boolean
  readonly pages: readonly Directory[]
  /** Behind the last byte that a directory or a field takes. */
  readonly end: number
}

/** Bytes of one value by type; 0 for types that do not exist. */
const typeSizes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8]

/** A scan of a long book has hundreds of pages. */
const MOST_DIRECTORIES = 10_000
const DEEPEST = 4

/** Bytes that may be read as directories and numbers, by the file's own. */
const BUDGET_SHARE = 2
const LEAST_BUDGET = 65_536

/** Types whose values are looked at as a whole, or not at all. */
const plainTypes = new Set([1, 2, 6, 7])

/** Takes a TIFF apart; no pixel is looked at. @throws BrokenImageError when anything lies outside of the file */
export function readTiff(bytes: Uint8Array): TiffFile {
  const isLittle = bytes[0] === 0x49
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 16) throw broken('it ends early')
  const isBig = view.getUint16(2, isLittle) === 43
  const walker = new Walker(view, isLittle, isBig)
  const pages = walker.chain(isBig ? walker.offset(8) : walker.offset(4), 0)
  if (pages.length === 0) throw broken('no picture')
  return { bytes, isLittle, isBig, pages, end: walker.end }
}

/** A field's values as numbers; empty when they are none. */
export function numbersOf({ isLittle }: Pick<TiffFile, 'isLittle'>, field: Field | undefined): number[] {
  if (field === undefined) return []
  const { type, count, value } = field
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength)
  const read: Record<number, (at: number) => number> = {
    1: (i) => view.getUint8(i),
    3: (i) => view.getUint16(i * 2, isLittle),
    4: (i) => view.getUint32(i * 4, isLittle),
    13: (i) => view.getUint32(i * 4, isLittle),
    16: (i) => Number(view.getBigUint64(i * 8, isLittle)),
    18: (i) => Number(view.getBigUint64(i * 8, isLittle)),
  }
  const number = read[type]
  return number ? Array.from({ length: count }, (_, i) => number(i)) : []
}

/** Whether values have the size of an offset. */
export function isWide({ type }: Field): boolean {
  return [4, 13, 16, 18].includes(type)
}

class Walker {
  readonly #view: DataView
  readonly #isLittle: boolean
  readonly #isBig: boolean
  readonly #seen = new Set<number>()
  /** Bytes of directories and numbers still to be read. Sound files share few; without a bound one place could be read on and on. */
  #budget: number
  end = 0

  constructor(view: DataView, isLittle: boolean, isBig: boolean) {
    this.#view = view
    this.#isLittle = isLittle
    this.#isBig = isBig
    this.#budget = LEAST_BUDGET + view.byteLength * BUDGET_SHARE
  }

  /** Directories that follow one another. */
  chain(start: number, depth: number): Directory[] {
    const found: Directory[] = []
    for (let at = start; at !== 0; ) {
      const { directory, next } = this.#directory(at, depth)
      found.push(directory)
      at = next
    }
    return found
  }

  offset(at: number): number {
    this.#need(at, this.#isBig ? 8 : 4)
    return this.#isBig ? Number(this.#view.getBigUint64(at, this.#isLittle)) : this.#view.getUint32(at, this.#isLittle)
  }

  #directory(at: number, depth: number): { directory: Directory; next: number } {
    if (this.#seen.has(at) || this.#seen.size >= MOST_DIRECTORIES || depth > DEEPEST)
      throw broken('directories in a circle')
    this.#seen.add(at)
    const [head, size] = this.#isBig ? [8, 20] : [2, 12]
    this.#need(at, head)
    const count = this.#isBig ? this.offset(at) : this.#view.getUint16(at, this.#isLittle)
    this.#need(at + head, count * size + (this.#isBig ? 8 : 4))
    this.#spend(count * size)
    const fields = Array.from({ length: count }, (_, i) => this.#field(at + head + i * size))
    // The first of a doubled field counts.
    const sorted = fields.toReversed().toSorted((a, b) => a.tag - b.tag)
    const directory = {
      fields: new Map(sorted.map((field) => [field.tag, field])),
      children: this.#children(sorted, depth),
    }
    return { directory, next: this.offset(at + head + count * size) }
  }

  #children(fields: readonly Field[], depth: number): Map<number, Directory[]> {
    const children = new Map<number, Directory[]>()
    for (const field of fields) {
      if (!directoryTags.has(field.tag)) continue
      const places = numbersOf({ isLittle: this.#isLittle }, field)
      children.set(
        field.tag,
        places.map((place) => this.#directory(place, depth + 1).directory),
      )
    }
    return children
  }

  #field(at: number): Field {
    const [tag, type] = [this.#view.getUint16(at, this.#isLittle), this.#view.getUint16(at + 2, this.#isLittle)]
    const count = this.offset(at + 4)
    const size = (typeSizes[type] ?? 0) * count
    const room = this.#isBig ? 8 : 4
    const place = size <= room ? at + (this.#isBig ? 12 : 8) : this.offset(at + (this.#isBig ? 12 : 8))
    this.#need(place, size)
    if (!plainTypes.has(type)) this.#spend(size)
    const value = new Uint8Array(this.#view.buffer, this.#view.byteOffset + place, size)
    return { tag, type, count, value }
  }

  #spend(size: number): void {
    this.#budget -= size
    if (this.#budget < 0) throw broken('directories that lie across each other')
  }

  #need(at: number, size: number): void {
    if (!(at + size <= this.#view.byteLength)) throw broken('a directory that reaches past the end')
    this.end = Math.max(this.end, at + size)
  }
}

function broken(why: string): BrokenImageError {
  return new BrokenImageError('tiff', why)
}
