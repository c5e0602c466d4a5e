import type { Format } from '../types.js'

/** What a file says about itself, read from its own structure without decoding a pixel. */
export interface Facts {
  readonly format: Format
  /** Stored pixels, before orientation; 0 when an SVG does not say. */
  readonly width: number
  readonly height: number
  /** 1 for a still image; of a TIFF, its pages. */
  readonly frames: number
  /** How often an animation plays in all, 0 for ever; `null` for a still image. */
  readonly loop: number | null
  /** Milliseconds per frame; empty for a still image. */
  readonly delays: readonly number[]
  /** Whether pixels can be transparent. */
  readonly alpha: boolean
  /** Bits per channel; 8 for a palette, whose colours have 8 however few bits an index takes. */
  readonly bitDepth: number
  readonly model: 'grey' | 'rgb' | 'cmyk' | 'palette' | 'other'
  /** EXIF orientation, 1 to 8; 1 when the file does not say. */
  readonly orientation: number
  /**
   * How colour numbers are to be read: `'srgb'` for sRGB or unsaid, else a short name with the digest of what says so
   * (`'icc:…'`, `'gamma:…'`, `'cicp:…'`). Two files with equal values show equal numbers as equal colours.
   */
  readonly colour: string
  /** Whether pixels are stored without loss. An AVIF does not tell: `false`. */
  readonly lossless: boolean
  readonly traits: ReadonlySet<Trait>
}

/** What an encoder could lose without noticing. */
export type Trait =
  /** An animated PNG (`acTL`). */
  | 'apng'
  /** An AVIF image sequence (`avis`). */
  | 'sequence'
  /** An Ultra HDR or ISO gain map. */
  | 'gain-map'
  /** More than 64 bytes, not all padding, behind the end of the picture; an MPF directory, a motion photo. */
  | 'trailing-data'
  /** A compiled or source 9-patch (`npTc`). */
  | 'nine-patch'
  /** A CMYK or YCCK JPEG without an Adobe marker, whose ink polarity readers guess. */
  | 'unmarked-cmyk'
  /** A colour profile in a JPEG of which a part is missing or doubled: some readers take it, some do not. */
  | 'torn-profile'
  /** Scripts, event attributes, animation elements, CSS key frames or foreign objects in an SVG. */
  | 'active'
  /** A JPEG that browsers show in another size than that of its pixels, as its EXIF says. */
  | 'density'
  /** Foreign objects and other HTML in an SVG, where white space is part of the text. */
  | 'foreign'
  /** Shapes in an SVG that nothing in it draws: symbols and clip paths for other files to take. */
  | 'parts'
  /** A TIFF or BMP of a kind that is not taken apart here. */
  | 'variant'
  /** An SVG with a DOCTYPE that declares entities, or that draws anything from outside itself (links to click apart). */
  | 'external'
