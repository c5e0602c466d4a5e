import { type Items, readItems } from './avif-items.js'
import { type Layout, readLayout, readPicture } from './avif-properties.js'
import { readSequence, type Sequence } from './avif-sequence.js'
import { type Box, findBox, readBoxes } from './bmff.js'
import { BrokenImageError } from './broken.js'
import { hasText } from './bytes.js'
import type { Facts, Trait } from './facts.js'
import { brandsOf, sniffBmff } from './sniff.js'
import { still } from './timing.js'

/** Reads an AVIF box by box. Whether its pixels are lossless cannot be told. @throws BrokenImageError */
export function inspectAvif(bytes: Uint8Array): Facts {
  if (sniffBmff(bytes) !== 'avif') throw new BrokenImageError('avif', 'no AVIF brand')
  const boxes = readBoxes(bytes)
  const brands = brandsOf(bytes)
  const meta = findBox(boxes, 'meta')
  const movie = brands.includes('avis') ? findBox(boxes, 'moov') : undefined
  const items = meta ? readItems(meta, bytes.length) : null
  const sequence = movie ? readSequence(movie, bytes.length) : null
  if (!items && !sequence) throw new BrokenImageError('avif', 'no picture')
  if (!findBox(boxes, 'mdat') && !meta) throw new BrokenImageError('avif', 'no data')
  return {
    format: 'avif',
    ...describe(items, sequence),
    lossless: false,
    traits: traitsOf(boxes, brands, items),
  }
}

/** The sequence goes before the still picture, which is then its poster. */
function describe(items: Items | null, sequence: Sequence | null): Omit<Facts, 'format' | 'lossless' | 'traits'> {
  const own = readPicture((items ? items.properties.get(items.primary) : sequence?.properties) ?? [])
  const coded = sequence ? readPicture(sequence.properties) : own
  const tiles = tilesOf(items)
  const size = sequence ?? own
  if (size.width === 0 || size.height === 0) throw new BrokenImageError('avif', 'no size')
  return {
    width: size.width,
    height: size.height,
    ...(sequence?.timing ?? still),
    alpha: (sequence?.alpha ?? false) || (items !== null && hasAlpha(items)),
    bitDepth: [own, coded, ...tiles].reduce((deepest, { bitDepth }) => Math.max(deepest, bitDepth), 0) || 8,
    model: isPremultiplied(items) ? 'other' : isGrey([own, coded], tiles) ? 'grey' : 'rgb',
    orientation: own.orientation,
    colour: coded.colour === 'srgb' ? own.colour : coded.colour,
  }
}

/** A grid has no codec of its own; its tiles have. */
function tilesOf(items: Items | null): Layout[] {
  if (!items) return []
  const tiles = items.references.filter(({ type, from }) => type === 'dimg' && from === items.primary)
  return [...new Set(tiles.flatMap(({ to }) => to))].map((id) => readLayout(items.properties.get(id) ?? []))
}

function isGrey(layouts: readonly Layout[], tiles: readonly Layout[]): boolean {
  return layouts.some(({ grey }) => grey) || (tiles.length > 0 && tiles.every(({ grey }) => grey))
}

/** Whether colours are stored multiplied by alpha (ISO/IEC 23008-12, 6.10.1.2), which decoders here do not undo. */
function isPremultiplied(items: Items | null): boolean {
  return items?.references.some(({ type, from }) => type === 'prem' && from === items.primary) ?? false
}

const alphaTypes = ['urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0', 'urn:mpeg:hevc:2015:auxid:1\0']

/** Alpha is an item of its own that says it is auxiliary to the primary one. */
function hasAlpha({ primary, properties, references }: Items): boolean {
  const isAlpha = ({ type, data }: Box): boolean => type === 'auxC' && alphaTypes.some((name) => hasText(data, name, 4))
  const auxiliary = references.filter(({ type, to }) => type === 'auxl' && to.includes(primary))
  return [...new Set(auxiliary.map(({ from }) => from))].some((id) => properties.get(id)?.some(isAlpha))
}

function traitsOf(boxes: readonly Box[], brands: readonly string[], items: Items | null): ReadonlySet<Trait> {
  const traits = new Set<Trait>()
  if (brands[0] === 'avis' || (brands.includes('avis') && findBox(boxes, 'moov'))) traits.add('sequence')
  if (brands.includes('tmap') || (items && [...items.types.values()].includes('tmap'))) traits.add('gain-map')
  return traits
}
