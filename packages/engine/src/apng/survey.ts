import type { Rect } from '../gif/types.js'
import { play, readStill } from './play.js'
import type { Apng, PngLayout } from './types.js'

/** What an animation shows, over all frames and the still picture. */
export interface Survey {
  /** Every colour, as pixel words; `null` when there are more than 256. */
  readonly colours: ReadonlySet<number> | null
  /** Whether any pixel lets the background through. */
  readonly isOpaque: boolean
  readonly isGrey: boolean
  /** An opaque colour that no pixel has, red in the lowest byte; `null` when all are taken. */
  readonly unusedColour: number | null
  /** @see Shown.isMixed */
  readonly isMixed: boolean
}

const MOST_COLOURS = 256

/** Looks at every pixel that is shown. @throws BrokenImageError when a frame does not decode */
export function surveyOf(apng: Apng): Survey {
  const tally = new Tally(apng.layout)
  const { width, height } = apng.layout
  const still = readStill(apng)
  if (still) tally.add(still, { x: 0, y: 0, width, height })
  let isMixed = false
  let isFirst = true
  for (const shown of play(apng)) {
    // Behind the first frame only what changes can be new.
    tally.add(shown.pixels, isFirst ? { x: 0, y: 0, width, height } : shown.changed)
    isFirst = false
    isMixed = shown.isMixed
  }
  return { ...tally.result(), isMixed }
}

class Tally {
  readonly #stride: number
  readonly #colours = new Set<number>()
  /** One bit for each opaque colour. */
  readonly #used = new Uint8Array(2 ** 21)
  #isOpaque = true
  #isGrey = true

  constructor({ width }: PngLayout) {
    this.#stride = width
  }

  add(pixels: Uint32Array, rect: Rect): void {
    for (let y = rect.y; y < rect.y + rect.height; y++) {
      const start = y * this.#stride + rect.x
      for (let at = start, last = -1; at < start + rect.width; at++) {
        const word = pixels[at] ?? 0
        if (word !== last) this.#count(word)
        last = word
      }
    }
  }

  #count(word: number): void {
    if (this.#colours.size <= MOST_COLOURS) this.#colours.add(word)
    if (word >>> 24 !== 255) this.#isOpaque = false
    if ((word & 255) !== ((word >>> 8) & 255) || (word & 255) !== ((word >>> 16) & 255)) this.#isGrey = false
    const colour = word & 0xffffff
    this.#used[colour >> 3] = (this.#used[colour >> 3] ?? 0) | (1 << (colour & 7))
  }

  result(): Omit<Survey, 'isMixed'> {
    return {
      colours: this.#colours.size <= MOST_COLOURS ? this.#colours : null,
      isOpaque: this.#isOpaque,
      isGrey: this.#isGrey,
      unusedColour: this.#isGrey ? this.#unusedGrey() : this.#unused(),
    }
  }

  #unused(): number | null {
    const at = this.#used.findIndex((bits) => bits !== 255)
    const free = [0, 1, 2, 3, 4, 5, 6, 7].find((bit) => ((this.#used[at] ?? 255) & (1 << bit)) === 0)
    return free === undefined ? null : at * 8 + free
  }

  #unusedGrey(): number | null {
    for (let grey = 0; grey < 256; grey++) {
      const colour = grey * 0x010101
      if (((this.#used[colour >> 3] ?? 0) & (1 << (colour & 7))) === 0) return colour
    }
    return null
  }
}
