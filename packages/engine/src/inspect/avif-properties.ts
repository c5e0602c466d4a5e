import type { Box } from './bmff.js'
import type { Facts } from './facts.js'
import { colourOfIcc } from './icc.js'
import { Reader } from './reader.js'

/** How one picture's channels are stored. */
export interface Layout {
  /** 0 when it is not told here. */
  readonly bitDepth: number
  readonly grey: boolean
}

/** What the properties of one picture say. Those of an animation's sample entry have the same form. */
export interface Picture extends Layout {
  /** 0 when it is not told here. */
  readonly width: number
  readonly height: number
  readonly colour: string
  readonly orientation: number
}

/** Reads `ispe`, `pixi`, `av1C`, `colr`, `irot` and `imir`. */
export function readPicture(properties: readonly Box[]): Picture {
  const size = open(properties, 'ispe')
  size?.skip(4)
  return {
    width: size?.u32be() ?? 0,
    height: size?.u32be() ?? 0,
    ...readLayout(properties),
    colour: readColour(properties),
    orientation: readOrientation(properties),
  }
}

/** Reads `pixi` and `av1C` alone. */
export function readLayout(properties: readonly Box[]): Layout {
  const codec = open(properties, 'av1C')
  const layout = codec ? readCodecLayout(codec) : { bitDepth: 0, grey: false }
  const channels = open(properties, 'pixi')
  return { ...layout, bitDepth: Math.max(layout.bitDepth, channels ? deepestChannel(channels) : 0) }
}

function open(properties: readonly Box[], type: string): Reader | null {
  const box = properties.find((property) => property.type === type)
  return box ? new Reader(box.data, 'avif') : null
}

/** Third byte of `av1C` (AV1-ISOBMFF 2.3.3): tier, high bit depth, twelve bits, monochrome. */
function readCodecLayout(reader: Reader): Layout {
  reader.skip(2)
  const packed = reader.u8()
  const bitDepth = packed & 0x40 ? (packed & 0x20 ? 12 : 10) : 8
  return { bitDepth, grey: (packed & 0x10) !== 0 }
}

function deepestChannel(reader: Reader): number {
  reader.skip(4)
  return Math.max(0, ...reader.take(reader.u8()))
}

/** A profile goes before code points when both are there, as in browsers. */
function readColour(properties: readonly Box[]): string {
  const colours = properties.filter(({ type, data }) => type === 'colr' && data.length >= 4)
  const readers = colours.map(({ data }) => new Reader(data, 'avif'))
  const byKind = new Map(readers.reverse().map((reader) => [reader.text(4), reader]))
  const profile = byKind.get('prof') ?? byKind.get('rICC')
  if (profile) return colourOfIcc(profile.take(profile.left))
  const points = byKind.get('nclx')
  return points ? colourOfCodePoints(points.u16be(), points.u16be(), points.u16be()) : 'srgb'
}

/** Primaries 1 with transfer 13 are sRGB; 2 means unspecified. The matrix is undone by the decoder. */
function colourOfCodePoints(primaries: number, transfer: number, matrix: number): string {
  const srgb = (primaries === 1 && transfer === 13) || (primaries === 2 && transfer === 2)
  return srgb ? 'srgb' : `cicp:${primaries}/${transfer}/${matrix}`
}

/** EXIF orientations by quarter turns counter-clockwise, followed by no mirroring or one of `imir`'s two axes. */
const orientations = {
  none: [1, 8, 3, 6],
  // Axis 0 swaps top and bottom, axis 1 left and right (ISO/IEC 23008-12, 6.5.12).
  0: [4, 5, 2, 7],
  1: [2, 7, 4, 5],
} as const

/** Folds rotation and mirroring into the EXIF orientation that looks the same. */
function readOrientation(properties: readonly Box[]): Facts['orientation'] {
  const turn = properties.findIndex(({ type }) => type === 'irot')
  const mirror = properties.findIndex(({ type }) => type === 'imir')
  const quarters = (properties[turn]?.data[0] ?? 0) & 3
  const axis = mirror < 0 ? 'none' : (properties[mirror]?.data[0] ?? 0) & 1 ? 1 : 0
  // Mirrored first, a turn looks like the opposite turn mirrored afterwards.
  const turned = mirror >= 0 && mirror < turn ? (4 - quarters) & 3 : quarters
  return orientations[axis][turned] ?? 1
}
