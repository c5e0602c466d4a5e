/** The file does not hold what its own headers promise: blocks cut short, or LZW data that is broken or too short. */
export class BrokenGifError extends Error {
  override readonly name = 'BrokenGifError'
}

/** Decoding would take more pixels than the caller allows. Nothing is said about whether the file is sound. */
export class GifLimitError extends Error {
  override readonly name = 'GifLimitError'
}

/** A rectangle on the logical screen, in pixels. Empty when `width` or `height` is 0. */
export interface Rect {
  x: number
  y: number
  width: number
  height: number
}

/** What becomes of a frame when the next one is due: 0 and 1 keep it, 2 clears its rectangle, 3 restores what was below. */
export type Disposal = 0 | 1 | 2 | 3

/** One image of the file as stored, its pixels still compressed. */
export interface GifFrame extends Rect {
  disposal: Disposal
  /** The viewer is asked to wait for the user before going on. Nearly extinct, but kept. */
  waitsForUser: boolean
  /** How long the frame shows, in hundredths of a second. */
  delay: number
  /** Palette index that leaves the canvas as it is, or -1. */
  transparent: number
  interlaced: boolean
  /** Red, green, blue bytes of the frame's own palette, or null when it uses the global one. */
  localPalette: Uint8Array | null
  /** Initial LZW code size byte, 1 to 8. */
  minCodeSize: number
  /** The frame's data sub-blocks as they stand in the file: length bytes included, terminator included. */
  blocks: Uint8Array
  /** Whether the file holds a graphic control extension for this frame. */
  hasControl: boolean
}

/** An extension kept byte for byte, from its introducer to its terminator, and the frame it stands before. */
export interface GifExtension {
  kind: 'comment' | 'profile' | 'application'
  beforeFrame: number
  bytes: Uint8Array
}

/** A GIF taken apart; frame pixels are decoded on demand. */
export interface Gif {
  version: '87a' | '89a'
  width: number
  height: number
  globalPalette: Uint8Array | null
  /** Index into the global palette. Browsers ignore it. */
  background: number
  /** The pixel aspect ratio byte as stored; 0 says nothing. */
  aspect: number
  /** Repetitions after the first showing, 0 for ever; null when the file says nothing, which means it shows once. */
  loop: number | null
  frames: GifFrame[]
  extensions: GifExtension[]
  /**
   * The screen's fields say "sorted palette, six bits a channel in the original", which is how this writer says that
   * pixels were given near colours. No decoder acts on either field, and no encoder met so far writes both.
   */
  hasNearColours: boolean
  /** A plain text extension is a picture no browser draws; files that hold one are best left alone. */
  hasPlainText: boolean
}
