import { EMPTY } from '../gif/rect.js'
import type { Rect } from '../gif/types.js'
import { type ApngFrame, blend, disposal } from './types.js'

type Placed = Omit<ApngFrame, 'data' | 'delay'>

/** What a viewer shows, one word per pixel as `toWords` makes them. Begins transparent. */
export class Canvas {
  readonly pixels: Uint32Array
  /** Whether something half transparent was laid over something, which viewers round in ways of their own. */
  isMixed = false
  readonly #width: number
  #pending: Placed | null = null
  #saved = new Uint32Array(0)
  #isFirst = true

  constructor(width: number, height: number) {
    this.pixels = new Uint32Array(width * height)
    this.#width = width
  }

  /** Disposes of the frame drawn last, once. */
  settle(): Rect {
    const frame = this.#pending
    this.#pending = null
    if (frame === null || frame.disposal === disposal.none) return EMPTY
    for (let row = 0; row < frame.height; row++) {
      const at = this.#offset(frame, row)
      if (frame.disposal === disposal.background) this.pixels.fill(0, at, at + frame.width)
      else this.pixels.set(this.#saved.subarray(row * frame.width, (row + 1) * frame.width), at)
    }
    return frame
  }

  /** Draws a frame's pixels, after what `settle` leaves. */
  draw(frame: Placed, words: Uint32Array): void {
    // There is nothing before the first frame to go back to.
    const isBare = this.#isFirst && frame.disposal === disposal.previous
    this.#isFirst = false
    if (frame.disposal === disposal.previous) this.#save(frame)
    for (let row = 0, from = 0; row < frame.height; row++) {
      const start = this.#offset(frame, row)
      if (frame.blend === blend.source) {
        this.pixels.set(words.subarray(from, from + frame.width), start)
        from += frame.width
      } else for (let at = start; at < start + frame.width; at++, from++) this.#lay(at, words[from] ?? 0)
    }
    this.#pending = isBare ? { ...frame, disposal: disposal.background } : frame
  }

  #lay(at: number, word: number): void {
    const alpha = word >>> 24
    if (alpha === 0) return
    const below = this.pixels[at] ?? 0
    if (alpha === 255 || below === 0) this.pixels[at] = word
    else {
      this.isMixed = true
      this.pixels[at] = mix(below, word)
    }
  }

  #offset(rect: Rect, row: number): number {
    return (rect.y + row) * this.#width + rect.x
  }

  #save(rect: Rect): void {
    this.#saved = new Uint32Array(rect.width * rect.height)
    for (let row = 0; row < rect.height; row++) {
      const at = this.#offset(rect, row)
      this.#saved.set(this.pixels.subarray(at, at + rect.width), row * rect.width)
    }
  }
}

/** One colour over another (PNG third edition, 12.8.4, without rounding in between). */
function mix(below: number, above: number): number {
  const over = (above >>> 24) / 255
  const under = ((below >>> 24) / 255) * (1 - over)
  const alpha = over + under
  let word = Math.round(alpha * 255) * 2 ** 24
  for (let shift = 0; shift < 24; shift += 8) {
    const colour = ((above >>> shift) & 255) * over + ((below >>> shift) & 255) * under
    word += Math.round(colour / alpha) * 2 ** shift
  }
  return word >>> 0
}
