import { latin1 } from '../inspect/bytes.js'
import type { Effort } from '../types.js'
import { deflate } from './deflate.js'
import { toIndexed, toShallow } from './palette.js'
import { costOf, type Encoding, type Picture } from './picture.js'
import { filterPng, type Samples, unwrapPng } from './png-container.js'
import { type Dict, Name, Stream, Text, type Value } from './values.js'

/** A picture's samples packed without loss. */
export interface Packed {
  readonly encoding: Encoding
  /** The samples as they were, as a PNG; `null` when none holds them. */
  readonly png: Uint8Array | null
}

/** Palettes longer than this stand in a stream of their own, where they deflate. */
const LONG_PALETTE = 48

/** The smallest way to store these samples. `isMask`: the picture is another's transparency, which is always grey. */
export async function packSamples(
  picture: Picture,
  samples: Samples,
  isMask: boolean,
  effort: Effort,
): Promise<Packed> {
  const png = await filterPng(samples, effort)
  const candidates = [flatEncoding(samples, null), ...filtered(samples, png, null)]
  for (const [other, space] of reduced(picture, samples, isMask)) {
    candidates.push(flatEncoding(other, space), ...filtered(other, await filterPng(other, effort), space))
  }
  return { encoding: smallest(candidates), png }
}

/** Of equal ones the first. */
export function smallest(candidates: readonly Encoding[]): Encoding {
  return candidates.reduce((best, next) => (costOf(next) < costOf(best) ? next : best))
}

function flatEncoding(samples: Samples, space: Value): Encoding {
  return { raw: deflate(samples.data), filter: 'FlateDecode', parms: null, bits: samples.bits, space }
}

function filtered(samples: Samples, png: Uint8Array | null, space: Value): Encoding[] {
  const stored = png === null ? null : unwrapPng(png)
  if (stored === null) return []
  return [{ raw: stored.data, filter: 'FlateDecode', parms: rowsDict(samples), bits: samples.bits, space }]
}

/** Tells readers to undo PNG's row filters. */
export function rowsDict({ width, bits, components }: Pick<Samples, 'width' | 'bits' | 'components'>): Dict {
  const dict: Dict = new Map([['Predictor', 15]])
  // What is the default is left out.
  if (components !== 1) dict.set('Colors', components)
  if (bits !== 8) dict.set('BitsPerComponent', bits)
  return dict.set('Columns', width)
}

/** The same picture by fewer bits or by palette. */
function reduced(picture: Picture, samples: Samples, isMask: boolean): [Samples, Value][] {
  const { bits, space, plain, colourKey, matte } = picture
  if (bits !== 8 || space === 'other' || !plain || colourKey || matte) return []
  const shallow = space === 'grey' ? toShallow(samples) : null
  if (shallow !== null) return [[shallow, null]]
  const indexed = isMask ? null : toIndexed(samples)
  // A byte for a byte gains nothing.
  if (indexed === null || (space === 'grey' && indexed.samples.bits === 8)) return []
  return [[indexed.samples, indexedSpace(picture, indexed.colours)]]
}

/** A colour space of palette entries in the picture's own. */
export function indexedSpace({ stream, components }: Picture, colours: Uint8Array): Value {
  const base = stream.dict.get('ColorSpace') ?? null
  const packed = colours.length > LONG_PALETTE ? deflate(colours) : colours
  const table =
    packed.length + 60 < colours.length
      ? new Stream(new Map([['Filter', new Name('FlateDecode')]]), packed)
      : new Text(latin1(colours))
  return [new Name('Indexed'), base, colours.length / components - 1, table]
}
