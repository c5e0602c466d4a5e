import { FrameDecoder } from './lzw-decode.js'
import { EMPTY, intersection, union } from './rect.js'
import type { Disposal, Gif, GifFrame, Rect } from './types.js'

/**
 * What a viewer shows, one 32-bit word per pixel: red in the lowest byte, then green, blue, alpha; 0 is transparent.
 * Starts transparent; the background colour is ignored, as browsers do.
 */
export class Screen {
  readonly pixels: Uint32Array
  readonly #bounds: Rect
  #pending: { rect: Rect; disposal: Disposal } = { rect: EMPTY, disposal: 1 }
  #saved = new Uint32Array(0)

  constructor(width: number, height: number) {
    this.pixels = new Uint32Array(width * height)
    this.#bounds = { x: 0, y: 0, width, height }
  }

  /** Disposes of the frame drawn last, once. Returns the rectangle that may have changed. */
  settle(): Rect {
    const { rect, disposal } = this.#pending
    this.#pending = { rect: EMPTY, disposal: 1 }
    if (disposal < 2) return EMPTY
    for (let row = 0; row < rect.height; row++) {
      const at = this.#offset(rect, row)
      if (disposal === 2) this.pixels.fill(0, at, at + rect.width)
      else this.pixels.set(this.#saved.subarray(row * rect.width, (row + 1) * rect.width), at)
    }
    return rect
  }

  /** Draws palette indices; pixels beyond the screen's edge are dropped. Returns the rectangle drawn over. */
  draw(frame: Rect, disposal: Disposal, indices: Uint8Array, colours: Uint32Array, transparent: number): Rect {
    const rect = intersection(frame, this.#bounds)
    if (disposal === 3) this.#save(rect)
    for (let row = 0; row < rect.height; row++) {
      let at = this.#offset(rect, row)
      let from = (rect.y - frame.y + row) * frame.width + (rect.x - frame.x)
      for (const end = at + rect.width; at < end; at++, from++) {
        const index = indices[from] as number
        if (index !== transparent) this.pixels[at] = colours[index] as number
      }
    }
    this.#pending = { rect, disposal }
    return rect
  }

  #offset(rect: Rect, row: number): number {
    return (rect.y + row) * this.#bounds.width + rect.x
  }

  #save(rect: Rect): void {
    const count = rect.width * rect.height
    if (this.#saved.length < count) this.#saved = new Uint32Array(count)
    for (let row = 0; row < rect.height; row++) {
      const at = this.#offset(rect, row)
      this.#saved.set(this.pixels.subarray(at, at + rect.width), row * rect.width)
    }
  }
}

/** Plays a parsed GIF frame by frame on a screen of its own. */
export class Player {
  readonly screen: Screen
  /** Palette indices of the frame shown; overwritten by `next`. */
  indices: Uint8Array = new Uint8Array(0)
  readonly #gif: Gif
  readonly #decoder = new FrameDecoder()
  readonly #global: Uint32Array
  #shown = 0

  constructor(gif: Gif) {
    this.#gif = gif
    this.screen = new Screen(gif.width, gif.height)
    this.#global = paletteWords(gif.globalPalette)
  }

  /**
   * Shows the next frame and returns the rectangle outside of which nothing changed.
   * @throws BrokenGifError as {@link FrameDecoder.decode}
   */
  next(): Rect {
    const frame = this.#gif.frames[this.#shown++] as GifFrame
    const disposed = this.screen.settle()
    this.indices = this.#decoder.decode(frame)
    const colours = frame.localPalette ? paletteWords(frame.localPalette) : this.#global
    return union(disposed, this.screen.draw(frame, frame.disposal, this.indices, colours, frame.transparent))
  }
}

/** A palette as 256 pixel words; indices past its end stay transparent. */
export function paletteWords(palette: Uint8Array | null): Uint32Array {
  const words = new Uint32Array(256)
  if (!palette) return words
  for (let index = 0; index * 3 < palette.length; index++) {
    const [red = 0, green = 0, blue = 0] = palette.subarray(index * 3, index * 3 + 3)
    words[index] = (red | (green << 8) | (blue << 16) | (255 << 24)) >>> 0
  }
  return words
}
