import { BrokenImageError } from '../inspect/broken.js'
import { type Directory, numbersOf, type TiffFile } from './read.js'
import { tag } from './tags.js'

/** How the pixels of a page lie in strips or tiles. */
export interface Layout {
  readonly width: number
  readonly height: number
  /** Bits of every sample. */
  readonly bits: number
  /** Samples of a pixel. */
  readonly samples: number
  /** Whether each sample has strips of its own. */
  readonly isPlanar: boolean
  readonly photometric: number
  readonly compression: number
  readonly predictor: number
  /** Size of a tile; a strip is as wide as the page. */
  readonly segmentWidth: number
  readonly segmentHeight: number
  readonly isTiled: boolean
  /** Compressed strips or tiles, those of the first plane first. */
  readonly segments: readonly Uint8Array[]
}

/** Compression schemes that are undone here: none, LZW, Deflate under two numbers, PackBits. */
export const scheme = { none: 1, lzw: 5, deflate: 8, oldDeflate: 32946, packBits: 32773 } as const
const knownSchemes = new Set<number>(Object.values(scheme))

/** Samples differ from those to their left: of whole numbers, or of the bytes of fractions. */
export const predictor = { none: 1, difference: 2, fraction: 3 } as const

/** White is zero, black is zero, RGB, palette, mask, CMYK, three kinds of Lab. */
const knownMeanings = new Set([0, 1, 2, 3, 4, 5, 8, 9, 10])

const longestSide = 2 ** 31

/** Bits of a pixel: red, green, blue and alpha as fractions of 32 bits. */
const MOST_BITS = 128

/** Pixels of a tile that may reach past its page. */
const LARGEST_TILE = 2 ** 22

/** Whether a directory describes a picture. EXIF does not. */
export function isPicture({ fields }: Directory): boolean {
  return fields.has(tag.stripOffsets) || fields.has(tag.tileOffsets)
}

/**
 * Where a page's pixels are; `null` where that or what they mean is not understood here.
 * @throws BrokenImageError when strips are missing or lie outside of the file
 */
export function readLayout(file: TiffFile, directory: Directory): Layout | null {
  const { fields } = directory
  const all = (number: number): number[] => numbersOf(file, fields.get(number))
  const one = (number: number, otherwise: number): number => all(number)[0] ?? otherwise
  const { width, height } = sizeOfPage(file, directory)
  const samples = one(tag.samples, 1)
  const [bits = 1, ...others] = all(tag.bits)
  const isTiled = fields.has(tag.tileOffsets)
  const layout: Omit<Layout, 'segments'> = {
    width,
    height,
    bits,
    samples,
    isPlanar: samples > 1 && one(tag.planes, 1) === 2,
    photometric: one(tag.photometric, 1),
    compression: one(tag.compression, scheme.none),
    predictor: one(tag.predictor, predictor.none),
    isTiled,
    segmentWidth: isTiled ? one(tag.tileWidth, 0) : width,
    segmentHeight: isTiled ? one(tag.tileHeight, 0) : Math.min(height, one(tag.rowsPerStrip, height)),
  }
  const isKnown = knownSchemes.has(layout.compression) && knownMeanings.has(layout.photometric)
  const isEven = others.every((other) => other === bits) && bits >= 1 && samples >= 1
  const isPlain = one(tag.fillOrder, 1) === 1 && !fields.has(tag.dngVersion) && layout.predictor <= predictor.fraction
  if (file.isBig || !isKnown || !isEven || !isPlain || bits * samples > MOST_BITS) return null
  if (layout.segmentWidth < 1 || layout.segmentHeight < 1) throw broken('strips or tiles without pixels')
  if (layout.segmentWidth * layout.segmentHeight > Math.max(width * height, LARGEST_TILE)) return null
  const [offsets, sizes] = isTiled ? [tag.tileOffsets, tag.tileSizes] : [tag.stripOffsets, tag.stripSizes]
  return withSegments(file, layout, all(offsets), all(sizes))
}

/** Width and height of a page. @throws BrokenImageError when it has none */
export function sizeOfPage(file: TiffFile, { fields }: Directory): { width: number; height: number } {
  const [width = 0] = numbersOf(file, fields.get(tag.width))
  const [height = 0] = numbersOf(file, fields.get(tag.height))
  if (width < 1 || height < 1 || width > longestSide || height > longestSide) throw broken('no pixels')
  return { width, height }
}

function withSegments(
  { bytes }: TiffFile,
  layout: Omit<Layout, 'segments'>,
  offsets: readonly number[],
  sizes: readonly number[],
): Layout | null {
  const planes = layout.isPlanar ? layout.samples : 1
  if (offsets.length !== segmentsOfPlane(layout) * planes || sizes.length !== offsets.length) {
    throw broken('strips or tiles are missing')
  }
  // A size of 0 stands for a tile that was never written.
  if (sizes.includes(0)) return null
  const segments = offsets.map((offset, i) => {
    const end = offset + (sizes[i] ?? 0)
    if (!(end <= bytes.length)) throw broken('pixels behind the end')
    return bytes.subarray(offset, end)
  })
  return { ...layout, segments }
}

type Grid = Pick<Layout, 'width' | 'height' | 'segmentWidth' | 'segmentHeight'>

/** Tiles of one row of tiles; 1 for strips. */
export function segmentsAcross({ width, segmentWidth }: Grid): number {
  return Math.ceil(width / segmentWidth)
}

/** Strips or tiles of one plane. */
export function segmentsOfPlane(grid: Grid): number {
  return segmentsAcross(grid) * Math.ceil(grid.height / grid.segmentHeight)
}

/** Bytes of a row in a strip or tile; each begins on a whole one. */
export function rowBytes({ segmentWidth, bits, samples, isPlanar }: Omit<Layout, 'segments'>): number {
  return Math.ceil((segmentWidth * bits * (isPlanar ? 1 : samples)) / 8)
}

/** Rows that a strip or tile really has. Tiles are always whole; the last strip may be short. */
export function rowsOf(layout: Omit<Layout, 'segments'>, index: number): number {
  if (layout.isTiled) return layout.segmentHeight
  const first = (index % segmentsOfPlane(layout)) * layout.segmentHeight
  return Math.min(layout.segmentHeight, layout.height - first)
}

function broken(why: string): BrokenImageError {
  return new BrokenImageError('tiff', why)
}
