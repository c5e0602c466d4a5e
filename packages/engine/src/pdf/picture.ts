import { resizedDimensions, type Scale, type Size } from '../resize/size.js'
import { countOf, type Dict, nameOf, numberOf, type Resolve, Stream, type Value } from './values.js'

/** What the numbers of a picture's samples mean, as far as that decides what may be done with them. */
export type Space = 'grey' | 'rgb' | 'other'

/** What the dictionary of an image XObject says (ISO 32000-1, 8.9.5). */
export interface Picture {
  readonly stream: Stream
  readonly width: number
  readonly height: number
  /** Bits of a component. */
  readonly bits: number
  readonly components: number
  readonly space: Space
  /** Whether samples mean what they say: no Decode array but the default. */
  readonly plain: boolean
  /** Whether certain sample values are transparent. */
  readonly colourKey: boolean
  /** Whether its colours are multiplied with a mask's. */
  readonly matte: boolean
}

/** Reads an image's dictionary; `null` when it is none or leaves out what is needed. */
export function readPicture(stream: Stream, resolve: Resolve): Picture | null {
  const { dict } = stream
  const get = (key: string): Value => resolve(dict.get(key))
  const width = countOf(get('Width'))
  const height = countOf(get('Height'))
  if (nameOf(get('Subtype')) !== 'Image' || !width || !height) return null
  const stencil = get('ImageMask') === true
  const colours = stencil ? { components: 1, space: 'other' as const } : readSpace(get('ColorSpace'), resolve)
  const bits = stencil ? 1 : countOf(get('BitsPerComponent'))
  if (colours === null || !bits || ![1, 2, 4, 8, 16].includes(bits)) return null
  const mask = get('SMask')
  return {
    stream,
    width,
    height,
    bits,
    ...colours,
    plain: !stencil && isDefault(get('Decode'), resolve),
    colourKey: Array.isArray(get('Mask')),
    matte: mask instanceof Stream && mask.dict.has('Matte'),
  }
}

/**
 * The size of a picture once it is resized. A page says how large it is shown, whatever pixels it has. A percentage leaves
 * it as it is: there is no place to note that it was scaled, and every pass would scale it again.
 */
export function pictureSize({ width, height }: Size, resize: Scale | undefined): Size {
  const applies = resize !== undefined && 'longestEdge' in resize
  return applies ? resizedDimensions(width, height, resize) : { width, height }
}

/** Bytes of a row of samples. */
export function rowBytes({ width, bits, components }: Pick<Picture, 'width' | 'bits' | 'components'>): number {
  return Math.ceil((width * bits * components) / 8)
}

interface Colours {
  readonly components: number
  readonly space: Space
}

const DEVICES: Record<string, Colours> = {
  DeviceGray: { components: 1, space: 'grey' },
  CalGray: { components: 1, space: 'grey' },
  DeviceRGB: { components: 3, space: 'rgb' },
  CalRGB: { components: 3, space: 'rgb' },
  DeviceCMYK: { components: 4, space: 'other' },
  Indexed: { components: 1, space: 'other' },
  Separation: { components: 1, space: 'other' },
  Lab: { components: 3, space: 'other' },
}

function readSpace(value: Value, resolve: Resolve): Colours | null {
  const parts = Array.isArray(value) ? value : [value]
  const family = nameOf(resolve(parts[0])) ?? ''
  if (family === 'ICCBased') return readProfile(resolve(parts[1]), resolve)
  if (family === 'DeviceN') {
    const names = resolve(parts[1])
    return Array.isArray(names) ? { components: names.length, space: 'other' } : null
  }
  return DEVICES[family] ?? null
}

function readProfile(profile: Value, resolve: Resolve): Colours | null {
  const components = profile instanceof Stream ? countOf(resolve(profile.dict.get('N'))) : null
  if (!(profile instanceof Stream) || components === null) return null
  // Three components may also be those of a Lab profile, which then has such an alternate or range.
  const alternate = resolve(profile.dict.get('Alternate'))
  if (Array.isArray(alternate) || profile.dict.has('Range')) return { components, space: 'other' }
  return { components, space: components === 1 ? 'grey' : components === 3 ? 'rgb' : 'other' }
}

function isDefault(decode: Value, resolve: Resolve): boolean {
  return decode === null || (Array.isArray(decode) && decode.every((one, i) => numberOf(resolve(one)) === i % 2))
}

/** The entries that say how an image's samples are stored, to be put in place of those it has. */
export interface Encoding {
  readonly raw: Uint8Array
  readonly filter: string
  readonly parms: Dict | null
  readonly bits: number
  /** `null` for the one that it had. */
  readonly space: Value
}

/** Bytes that an encoding takes in the file, or nearly so. */
export function costOf({ raw, parms, space }: Encoding): number {
  const palette = Array.isArray(space) ? space[3] : null
  const colours = palette instanceof Stream ? palette.raw.length : 0
  return raw.length + (parms === null ? 0 : 70) + (space === null ? 0 : 40 + colours)
}
