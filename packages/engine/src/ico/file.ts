import { isPng, readDib } from '../bmp/dib.js'
import { concatBytes, u32le } from '../inspect/bytes.js'
import { Reader } from '../inspect/reader.js'

/** One picture of an icon or cursor. */
export interface IcoEntry {
  /** Eight bytes of the directory: width and height (0 for 256), colours, and planes and bits, or a cursor's hot spot. */
  readonly head: Uint8Array
  /** A PNG, or a bitmap without its file header. */
  readonly data: Uint8Array
}

/** An icon file taken apart. */
export interface IcoFile {
  readonly kind: 'icon' | 'cursor'
  readonly entries: readonly IcoEntry[]
  /** Behind the last picture. */
  readonly end: number
}

const directorySize = 6
const entrySize = 16
const kinds = [undefined, 'icon', 'cursor'] as const

/** Takes an icon file apart. @throws BrokenImageError when a picture lies outside of the file */
export function readIco(bytes: Uint8Array): IcoFile {
  const reader = new Reader(bytes, 'ico')
  const reserved = reader.u16le()
  const kind = kinds[reader.u16le()]
  const count = reader.u16le()
  if (reserved !== 0 || kind === undefined || count === 0) throw reader.broken('no directory')
  let end = directorySize + count * entrySize
  const entries = Array.from({ length: count }, () => {
    const head = reader.take(8)
    const [size, offset] = [reader.u32le(), reader.u32le()]
    if (size === 0 || offset < directorySize + count * entrySize) throw reader.broken('a picture without data')
    end = Math.max(end, offset + size)
    const picture = new Reader(bytes, 'ico')
    picture.skip(offset)
    return { head, data: picture.take(size) }
  })
  return { kind, entries, end }
}

/** Writes an icon file; equal pictures lie there once. */
export function writeIco({ kind, entries }: Pick<IcoFile, 'kind' | 'entries'>): Uint8Array {
  const places = new Map<string, number>()
  const pictures: Uint8Array[] = []
  let next = directorySize + entries.length * entrySize
  const rows = entries.map(({ head, data }) => {
    const key = Buffer.from(data.buffer, data.byteOffset, data.length).toString('latin1')
    const place = places.get(key) ?? next
    if (place === next) {
      places.set(key, place)
      pictures.push(data)
      next += data.length
    }
    return concatBytes([head, u32le(data.length), u32le(place)])
  })
  const start = Uint8Array.of(0, 0, kinds.indexOf(kind), 0, entries.length, entries.length >>> 8)
  return concatBytes([start, ...rows, ...pictures])
}

/** A picture's size by its own header. @throws BrokenImageError */
export function sizeOf({ data }: IcoEntry): { width: number; height: number } {
  if (isPng(data)) {
    const reader = new Reader(data, 'ico', 16)
    return { width: reader.u32be(), height: reader.u32be() }
  }
  const { width, height } = readDib(new Reader(data, 'ico'))
  // Below the picture's rows lie those of its mask.
  return { width, height: height / 2 }
}

/** Whether the directory says the same size as the picture itself. @throws BrokenImageError */
export function isSizedAlike(entry: IcoEntry): boolean {
  const { width, height } = sizeOf(entry)
  return (entry.head[0] || 256) === width && (entry.head[1] || 256) === height
}
