import type { Rect } from '../gif/types.js'

/** What the header chunk says that pixels are read with. */
export interface PngLayout {
  readonly width: number
  readonly height: number
  /** Bits of a sample: 1, 2, 4, 8 or 16. */
  readonly bits: number
  /** PNG's number: 0 grey, 2 RGB, 3 palette, 4 and 6 the first two with alpha. */
  readonly colourType: number
  /** RGB triples; empty unless there is a palette. */
  readonly palette: Uint8Array
  /** The tRNS chunk: alpha by palette index, or the one colour that is transparent. Empty when there is none. */
  readonly transparency: Uint8Array
}

/** What becomes of a frame's rectangle before the next one is drawn: it stays, is cleared, or is as it was before. */
export const disposal = { none: 0, background: 1, previous: 2 } as const
export type Disposal = (typeof disposal)[keyof typeof disposal]

/** How a frame is drawn: it replaces what is there, alpha included, or lies over it. */
export const blend = { source: 0, over: 1 } as const
export type Blend = (typeof blend)[keyof typeof blend]

/** A frame's place, what happens around it, and its pixels. */
export interface ApngFrame extends Rect {
  /** Numerator and denominator of its seconds, four bytes as they are stored. */
  readonly delay: Uint8Array
  readonly disposal: Disposal
  readonly blend: Blend
  /** Filtered rows in a zlib stream. */
  readonly data: Uint8Array
}

/** An animated PNG taken apart. */
export interface Apng {
  readonly layout: PngLayout
  /** How often it plays, 0 for ever. */
  readonly plays: number
  readonly frames: readonly ApngFrame[]
  /** The picture for readers without animation, where it is not the first frame: filtered rows in a zlib stream. */
  readonly still: Uint8Array | null
}

/** Samples of a pixel by colour type. */
export function samplesPerPixel(colourType: number): number {
  return [1, 0, 3, 1, 2, 0, 4][colourType] ?? 0
}
