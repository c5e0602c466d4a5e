/** Fields of a TIFF by their numbers (TIFF 6.0, its supplements, and what is registered with Adobe). */
export const tag = {
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  description: 270,
  stripOffsets: 273,
  orientation: 274,
  samples: 277,
  rowsPerStrip: 278,
  stripSizes: 279,
  planes: 284,
  freeOffsets: 288,
  freeSizes: 289,
  artist: 315,
  predictor: 317,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileSizes: 325,
  subDirectories: 330,
  extraSamples: 338,
  copyright: 33432,
  profile: 34675,
  exif: 34665,
  gps: 34853,
  interoperability: 40965,
  makerNote: 37500,
  dngVersion: 50706,
} as const

/** Fields that hold places of directories. */
export const directoryTags: ReadonlySet<number> = new Set([tag.subDirectories, tag.exif, tag.gps, tag.interoperability])

/** Fields that are written anew because they say where and how pixels lie. */
export const layoutTags: ReadonlySet<number> = new Set([
  tag.compression,
  tag.predictor,
  tag.stripOffsets,
  tag.stripSizes,
  tag.rowsPerStrip,
  tag.tileOffsets,
  tag.tileSizes,
  tag.freeOffsets,
  tag.freeSizes,
])

/**
 * What only tells how a picture came about: camera, software and its settings, dates, places, XMP, IPTC and Photoshop's
 * resources. Descriptions are not among it, because scientific software keeps the meaning of pages there.
 */
const history = [271, 272, 305, 306, 316, 700, 33723, 34377, 50341, tag.exif, tag.gps, tag.interoperability]
const credit = [tag.artist, tag.copyright]

/** Fields that a metadata policy leaves out. */
export const droppedTags: Readonly<Record<'safe' | 'all' | 'none', ReadonlySet<number>>> = {
  all: new Set(),
  safe: new Set(history),
  none: new Set([...history, ...credit]),
}

/** Values of 4 or 8 bytes that are counts or coordinates. Any other could be a place in the file. */
const harmlessNumbers = new Set<number>([
  254, 256, 257, 258, 277, 280, 281, 292, 293, 322, 323, 339, 340, 341, 33723, 34377,
])
/** By ImageJ: sizes of its own metadata. Within EXIF: sensitivity and picture size. */
const moreHarmlessNumbers = new Set<number>([50838, 34865, 34866, 34867, 40962, 40963])

/** Bytes with places in the file inside: maker notes, Zeiss LSM, MetaMorph, Adobe's private data. */
const pointingBytes = new Set<number>([tag.makerNote, 33628, 33629, 33630, 33631, 34361, 34362, 34412, 50740])

/** Whether moving parts of the file could make a field's value wrong. `isWide`: its numbers have 4 or 8 bytes. */
export function mayPoint(number: number, isWide: boolean): boolean {
  if (pointingBytes.has(number)) return true
  if (!isWide || layoutTags.has(number) || directoryTags.has(number)) return false
  return !harmlessNumbers.has(number) && !moreHarmlessNumbers.has(number)
}
