import { type Layout, predictor } from './layout.js'
import type { Directory, Field } from './read.js'
import { layoutTags, tag } from './tags.js'

/** A directory to write: what it keeps, its pixels and the directories below it. */
export interface NewDirectory {
  readonly fields: readonly Field[]
  readonly layout: Layout | null
  readonly children: ReadonlyMap<number, readonly NewDirectory[]>
}

/** The new form of a directory: with these pixels, and without some fields. */
export function renew(
  { fields }: Directory,
  layout: Layout | null,
  children: NewDirectory['children'],
  dropped: ReadonlySet<number>,
): NewDirectory {
  const kept = [...fields.values()].filter((field) => !dropped.has(field.tag) && !layoutTags.has(field.tag))
  return { fields: kept, layout, children }
}

const LONG = 4
const SHORT = 3
const headerSize = 8
const entrySize = 12

/** Directories first, in their order, then all pixels: whoever reads over a network learns early where things are. */
export function writeTiff(pages: readonly NewDirectory[], isLittle: boolean): Uint8Array {
  return new TiffWriter(isLittle).write(pages)
}

interface Placed {
  readonly directory: NewDirectory
  readonly fields: Field[]
  readonly at: number
  readonly children: ReadonlyMap<number, readonly Placed[]>
}

class TiffWriter {
  readonly #isLittle: boolean
  /** The next free byte. */
  #next = headerSize

  constructor(isLittle: boolean) {
    this.#isLittle = isLittle
  }

  write(pages: readonly NewDirectory[]): Uint8Array {
    const placed = pages.map((page) => this.#place(page))
    const pixelsAt = this.#next
    const pixels = placed.flatMap(segmentsBelow)
    const out = new Uint8Array(pixelsAt + pixels.reduce((sum, { length }) => sum + length, 0))
    const view = new DataView(out.buffer)
    out.set(this.#isLittle ? [0x49, 0x49] : [0x4d, 0x4d])
    view.setUint16(2, 42, this.#isLittle)
    view.setUint32(4, placed[0]?.at ?? 0, this.#isLittle)
    this.#next = pixelsAt
    for (const [i, page] of placed.entries()) this.#fill(out, view, page, placed[i + 1]?.at ?? 0)
    return out
  }

  /** Finds room for a directory and everything in it but pixels. */
  #place(directory: NewDirectory): Placed {
    const fields = [...directory.fields, ...this.#layoutFields(directory.layout)].toSorted((a, b) => a.tag - b.tag)
    const at = this.#take(2 + fields.length * entrySize + 4)
    for (const { value } of fields) if (value.length > 4) this.#take(value.length)
    const children = [...directory.children].map(
      ([number, below]) => [number, below.map((one) => this.#place(one))] as const,
    )
    return { directory, fields, at, children: new Map(children) }
  }

  /** Everything begins at an even byte, as the format wants it. */
  #take(size: number): number {
    const at = this.#next
    this.#next += size + (size & 1)
    return at
  }

  #layoutFields(layout: Layout | null): Field[] {
    if (layout === null) return []
    const { compression, isTiled, segments, segmentHeight } = layout
    const [offsets, sizes] = isTiled ? [tag.tileOffsets, tag.tileSizes] : [tag.stripOffsets, tag.stripSizes]
    return [
      this.#numbers(tag.compression, SHORT, [compression]),
      // Filled in when pixels have found their place.
      this.#numbers(
        offsets,
        LONG,
        segments.map(() => 0),
      ),
      this.#numbers(
        sizes,
        LONG,
        segments.map(({ length }) => length),
      ),
      ...(isTiled ? [] : [this.#numbers(tag.rowsPerStrip, LONG, [segmentHeight])]),
      ...(layout.predictor === predictor.none ? [] : [this.#numbers(tag.predictor, SHORT, [layout.predictor])]),
    ]
  }

  #numbers(number: number, type: typeof SHORT | typeof LONG, values: readonly number[]): Field {
    const size = type === SHORT ? 2 : 4
    const value = new Uint8Array(values.length * size)
    const view = new DataView(value.buffer)
    for (const [i, one] of values.entries()) {
      if (size === 2) view.setUint16(i * size, one, this.#isLittle)
      else view.setUint32(i * size, one, this.#isLittle)
    }
    return { tag: number, type, count: values.length, value }
  }

  #fill(out: Uint8Array, view: DataView, { directory, fields, at, children }: Placed, next: number): void {
    const { layout } = directory
    const places = new Map([...children].map(([number, below]) => [number, below.map((one) => one.at)]))
    if (layout) places.set(layout.isTiled ? tag.tileOffsets : tag.stripOffsets, this.#pixels(out, layout))
    view.setUint16(at, fields.length, this.#isLittle)
    let valueAt = at + 2 + fields.length * entrySize + 4
    for (const [i, field] of fields.entries()) {
      const entry = at + 2 + i * entrySize
      const pointing = places.get(field.tag)
      const { type, count, value } = pointing ? this.#numbers(field.tag, LONG, pointing) : field
      view.setUint16(entry, field.tag, this.#isLittle)
      view.setUint16(entry + 2, type, this.#isLittle)
      view.setUint32(entry + 4, count, this.#isLittle)
      if (value.length <= 4) out.set(value, entry + 8)
      else {
        view.setUint32(entry + 8, valueAt, this.#isLittle)
        out.set(value, valueAt)
        valueAt += value.length + (value.length & 1)
      }
    }
    view.setUint32(at + 2 + fields.length * entrySize, next, this.#isLittle)
    for (const below of children.values()) for (const child of below) this.#fill(out, view, child, 0)
  }

  #pixels(out: Uint8Array, { segments }: Layout): number[] {
    return segments.map((segment) => {
      const at = this.#next
      out.set(segment, at)
      this.#next += segment.length
      return at
    })
  }
}

function segmentsBelow({ directory, children }: Placed): readonly Uint8Array[] {
  return [...(directory.layout?.segments ?? []), ...[...children.values()].flat().flatMap(segmentsBelow)]
}
