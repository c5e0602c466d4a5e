import { encodePicture, type IcoEntry, isSizedAlike, readIco, sizeOf, writeIco } from '../ico/index.js'
import { type Codec, exact } from './codec.js'

/** Most pixels of all pictures together, about a minute of work; a favicon of ten sizes has 0.2 million. */
const MOST_PIXELS = 16e6

/**
 * ICO and CUR: bitmaps as PNG, PNGs packed anew, equal pictures once. Directory and pixels stay. Cursors keep their
 * bitmaps, because not all that read cursors know PNG.
 */
export const ico: Codec = async ({ bytes, facts, settings }) => {
  if (facts.traits.has('trailing-data')) return 'embedded-data'
  const { kind, entries } = readIco(bytes)
  const pictures = new Map(entries.map((entry) => [placeOf(entry), entry]))
  const all = [...pictures.values()]
  if (all.reduce((sum, entry) => sum + areaOf(entry), 0) > MOST_PIXELS) return 'too-many-pixels'
  // Pictures that lie across each other were not written to be read.
  if (all.reduce((sum, { data }) => sum + data.length, 0) > bytes.length) return 'ambiguous'
  // Readers choose by the directory, and which size they believe is theirs to say.
  const misfits = new Set(entries.filter((entry) => !isSizedAlike(entry)).map(placeOf))
  const encoded = new Map<string, Uint8Array>()
  for (const [place, { data }] of pictures) {
    const mayConvert = kind === 'icon' && !misfits.has(place)
    encoded.set(place, await encodePicture(data, mayConvert, settings.metadata))
  }
  return [
    exact(writeIco({ kind, entries: entries.map((one) => ({ ...one, data: encoded.get(placeOf(one)) ?? one.data })) })),
  ]
}

function areaOf(entry: IcoEntry): number {
  const { width, height } = sizeOf(entry)
  return width * height
}

function placeOf({ data }: IcoEntry): string {
  return `${data.byteOffset} ${data.length}`
}
