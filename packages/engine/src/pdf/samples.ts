import { decodeFully } from './filters.js'
import { type Picture, rowBytes } from './picture.js'
import { nameOf, numberOf, type Resolve, Stream, Text } from './values.js'

/** Colours of an Indexed space. */
export interface Palette {
  readonly colours: Uint8Array
  readonly components: number
}

/** Longest palette: 256 colours of 32 components. */
const MAX_PALETTE = 8192

/** The palette of a picture in an Indexed space; `null` when it is in none. */
export function paletteOf({ stream }: Picture, resolve: Resolve): Palette | null {
  const space = resolve(stream.dict.get('ColorSpace'))
  if (!Array.isArray(space) || nameOf(resolve(space[0])) !== 'Indexed') return null
  const last = numberOf(resolve(space[2]))
  const table = resolve(space[3])
  const colours =
    table instanceof Text
      ? new Uint8Array(Buffer.from(table.bytes, 'latin1'))
      : table instanceof Stream
        ? decodeFully(table, resolve, MAX_PALETTE)
        : null
  if (colours === null || last === null) return null
  return { colours, components: Math.floor(colours.length / (last + 1)) }
}

/** Samples as bytes of full range, those of a palette as its colours; as they are where that is not possible. */
export function expandSamples(picture: Picture, data: Uint8Array, palette: Palette | null): Uint8Array | null {
  const { width, height, bits, components } = picture
  const row = rowBytes(picture)
  if (bits >= 8 && palette === null) return data.subarray(0, row * height)
  if (bits > 8 || (palette !== null && components !== 1)) return null
  const scale = palette === null ? 255 / (2 ** bits - 1) : 1
  const out = new Uint8Array(width * height * components * (palette?.components ?? 1))
  const mask = 2 ** bits - 1
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width * components; x++) {
      const at = x * bits
      const value = ((data[y * row + (at >> 3)] ?? 0) >> (8 - bits - (at & 7))) & mask
      if (palette === null) out[to++] = value * scale
      else for (let c = 0; c < palette.components; c++) out[to++] = palette.colours[value * palette.components + c] ?? 0
    }
  }
  return out
}
