import { isPicture, type Layout, readLayout, sizeOfPage } from '../tiff/layout.js'
import { numbersOf, readTiff, type TiffFile } from '../tiff/read.js'
import { tag } from '../tiff/tags.js'
import { BrokenImageError } from './broken.js'
import type { Facts, Trait } from './facts.js'
import { colourOfIcc } from './icc.js'
import { hasTrailingData } from './trailing.js'

/** Reads a TIFF's directories; no pixel is decoded. The first page's size counts. @throws BrokenImageError */
export function inspectTiff(bytes: Uint8Array): Facts {
  const file = readTiff(bytes)
  const [first] = file.pages
  if (first === undefined) throw new BrokenImageError('tiff', 'no picture')
  const one = (number: number, otherwise: number): number => numbersOf(file, first.fields.get(number))[0] ?? otherwise
  const layouts = file.pages.filter(isPicture).map((page) => readLayout(file, page))
  const profile = first.fields.get(tag.profile)?.value
  const orientation = one(tag.orientation, 1)
  return {
    format: 'tiff',
    ...sizeOfPage(file, first),
    frames: file.pages.length,
    loop: null,
    delays: [],
    alpha: numbersOf(file, first.fields.get(tag.extraSamples)).some((kind) => kind === 1 || kind === 2),
    bitDepth: one(tag.bits, 1),
    model: models[one(tag.photometric, 1)] ?? 'other',
    orientation: orientation >= 1 && orientation <= 8 ? orientation : 1,
    colour: profile ? colourOfIcc(profile) : 'srgb',
    lossless: true,
    traits: new Set(traitsOf(file, layouts)),
  }
}

/** By the PhotometricInterpretation field. */
const models: Readonly<Record<number, Facts['model']>> = { 0: 'grey', 1: 'grey', 2: 'rgb', 3: 'palette', 5: 'cmyk' }

function traitsOf(file: TiffFile, layouts: readonly (Layout | null)[]): Trait[] {
  const known = layouts.filter((layout): layout is Layout => layout !== null)
  if (known.length < layouts.length) return ['variant']
  const ends = known.flatMap(({ segments }) => segments.map(endOf))
  const end = ends.reduce((last, one) => Math.max(last, one - file.bytes.byteOffset), file.end)
  return hasTrailingData(file.bytes, end) ? ['trailing-data'] : []
}

function endOf({ byteOffset, length }: Uint8Array): number {
  return byteOffset + length
}
