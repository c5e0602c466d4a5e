/**
 * Squared difference of two opaque colours, summed over the channels with green twice, because eyes see it best. Two
 * greys that are n levels apart differ by 4 n².
 */
export function colourError(a: number, b: number): number {
  const red = (a & 255) - (b & 255)
  const green = ((a >>> 8) & 255) - ((b >>> 8) & 255)
  const blue = ((a >>> 16) & 255) - ((b >>> 16) & 255)
  return red * red + 2 * green * green + blue * blue
}

/** A set of colours that also gives each a number. Holds at most 256; colours are opaque pixel words, never 0. */
export class ColourTable {
  readonly #keys = new Uint32Array(1024)
  readonly #numbers = new Int16Array(1024)

  /** The colour's number, or -1. */
  get(colour: number): number {
    for (let slot = hash(colour); ; slot = (slot + 1) & 1023) {
      const key = this.#keys[slot]
      if (key === colour) return this.#numbers[slot] as number
      if (key === 0) return -1
    }
  }

  /** Numbers a colour, unless it has a number already. */
  set(colour: number, number: number): void {
    for (let slot = hash(colour); ; slot = (slot + 1) & 1023) {
      const key = this.#keys[slot]
      if (key === colour) return
      if (key !== 0) continue
      this.#keys[slot] = colour
      this.#numbers[slot] = number
      return
    }
  }
}

function hash(colour: number): number {
  return Math.imul(colour, 0x9e3779b1) >>> 22
}

/** Counts how often each colour was met, and gives up counting new ones past 256. */
export class ColourCount {
  readonly #table = new ColourTable()
  readonly #counts = new Uint32Array(256)
  readonly #colours = new Uint32Array(256)
  #size = 0
  #last = 0
  #lastNumber = -1
  /** Whether there were more than 256 colours. */
  overflowed = false

  add(colour: number): void {
    if (colour !== this.#last) {
      this.#last = colour
      this.#lastNumber = this.#table.get(colour)
      if (this.#lastNumber < 0) this.#lastNumber = this.#enter(colour)
    }
    if (this.#lastNumber >= 0) this.#counts[this.#lastNumber] = (this.#counts[this.#lastNumber] as number) + 1
  }

  #enter(colour: number): number {
    if (this.#size === 256) {
      this.overflowed = true
      return -1
    }
    this.#colours[this.#size] = colour
    this.#table.set(colour, this.#size)
    return this.#size++
  }

  /** The colours, most frequent first; ties in the order they were met. */
  sorted(): Uint32Array {
    const order = Array.from({ length: this.#size }, (_, number) => number)
    order.sort((a, b) => (this.#counts[b] as number) - (this.#counts[a] as number))
    return Uint32Array.from(order, (number) => this.#colours[number] as number)
  }
}
