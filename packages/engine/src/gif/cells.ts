import { ColourTable, colourError } from './colour.js'
import type { Choices } from './lzw.js'
import { type FramePalette, paletteBits } from './palette.js'
import type { Rect } from './types.js'

// Kinds of cell. For those in blocks of 256, add the palette index of the pixel's colour.
const NEAR = 0
const NEAR_OR_TRANSPARENT = 256
const SAME_OR_TRANSPARENT = 512
const TRANSPARENT = 768
const EXACT = 769
const CELLS = EXACT + 256

/** In lossy mode a pixel may stay as it is when the canvas is this much closer than the error allowed. */
const STAY_SHARE = 1 / 3

/** Near colours offered for a pixel at most: more save about 1 % and cost up to 10 points of SSIMULACRA 2, and time. */
const NEAR_COLOURS = 6

/** The three pictures a frame's pixels follow from, all as large as the logical screen. */
export interface Canvases {
  /** What the source shows now. */
  target: Uint32Array
  /** What the source showed one frame ago. Read in lossy mode only. */
  previousTarget: Uint32Array
  /** What our output shows before this frame is drawn. */
  shown: Uint32Array
  /** Pixels per row. */
  stride: number
}

/** A frame's pixels, each with what may be stored for it. */
export interface FrameCells {
  cells: Uint16Array
  count: number
  choices: Choices
  minCodeSize: number
}

/** Turns frames into cells for one palette after the other. */
export class CellBuilder {
  readonly #lossy: number
  readonly #tables = new WeakMap<FramePalette, PaletteTables>()
  #cells = new Uint16Array(0)

  /** @param lossy largest {@link colourError} a drawn pixel may have; 0 for none */
  constructor(lossy: number) {
    this.#lossy = lossy
  }

  /** @returns null when some pixel cannot be told with this palette. The cells are overwritten by the next call. */
  build(rect: Rect, canvases: Canvases, palette: FramePalette): FrameCells | null {
    const tables = this.#tablesOf(palette)
    const count = rect.width * rect.height
    if (this.#cells.length < count) this.#cells = new Uint16Array(count)
    const largest = this.#fill(rect, canvases, palette, tables)
    if (largest < 0) return null
    const minCodeSize = Math.max(2, paletteBits(largest + 1))
    return { cells: this.#cells, count, choices: tables.choices(minCodeSize, this.#lossy), minCodeSize }
  }

  #tablesOf(palette: FramePalette): PaletteTables {
    const known = this.#tables.get(palette)
    if (known) return known
    const made = new PaletteTables(palette)
    this.#tables.set(palette, made)
    return made
  }

  /** Fills the cells and returns the largest index that must be within reach, or -1 when a pixel has no cell. */
  #fill(rect: Rect, canvases: Canvases, palette: FramePalette, tables: PaletteTables): number {
    const { target, previousTarget, shown, stride } = canvases
    const lossy = this.#lossy
    const cells = this.#cells
    const hasTransparent = palette.transparent >= 0
    let largest = Math.max(0, palette.transparent)
    let write = 0
    for (let y = rect.y; y < rect.y + rect.height; y++) {
      let at = y * stride + rect.x
      for (const end = at + rect.width; at < end; at++) {
        const wanted = target[at] as number
        const there = shown[at] as number
        const unchanged = lossy > 0 && previousTarget[at] === wanted
        if (wanted === 0) {
          if (there !== 0 || !hasTransparent) return -1
          cells[write++] = TRANSPARENT
          continue
        }
        const stays = there === wanted || (unchanged && there !== 0)
        const index = tables.index(stays ? there : wanted)
        if (stays) {
          if (hasTransparent) cells[write++] = index < 0 ? TRANSPARENT : SAME_OR_TRANSPARENT + index
          else {
            if (index < 0) return -1
            cells[write++] = EXACT + index
            if (index > largest) largest = index
          }
          continue
        }
        if (index < 0) return -1
        if (index > largest) largest = index
        if (lossy === 0 || unchanged) cells[write++] = EXACT + index
        else {
          const mayStay = hasTransparent && there !== 0 && colourError(there, wanted) <= lossy * STAY_SHARE
          cells[write++] = (mayStay ? NEAR_OR_TRANSPARENT : NEAR) + index
        }
      }
    }
    return largest
  }
}

/** What follows from a palette alone. */
class PaletteTables {
  readonly #palette: FramePalette
  readonly #indices = new ColourTable()
  readonly #choices = new Map<number, Choices>()

  constructor(palette: FramePalette) {
    this.#palette = palette
    for (const [index, colour] of palette.colours.entries()) {
      if (index !== palette.transparent && colour !== 0) this.#indices.set(colour, index)
    }
  }

  /** Index of a colour's first entry, or -1. */
  index(colour: number): number {
    return this.#indices.get(colour)
  }

  choices(minCodeSize: number, lossy: number): Choices {
    const known = this.#choices.get(minCodeSize)
    if (known) return known
    const made = this.#makeChoices(1 << minCodeSize, lossy)
    this.#choices.set(minCodeSize, made)
    return made
  }

  #makeChoices(limit: number, lossy: number): Choices {
    const { transparent } = this.#palette
    const lists = new Array<number[]>(CELLS).fill([])
    const none = transparent < 0 ? [] : [transparent]
    lists[TRANSPARENT] = none
    for (let index = 0; index < Math.min(limit, this.#palette.colours.length); index++) {
      const near = lossy === 0 ? [index] : this.#near(index, limit, lossy)
      lists[NEAR + index] = near
      lists[NEAR_OR_TRANSPARENT + index] = [...near, ...none]
      lists[SAME_OR_TRANSPARENT + index] = [...none, index]
      lists[EXACT + index] = [index]
    }
    // What stays may have an index beyond the frame's code size: then it is only left out.
    for (let index = limit; index < 256; index++) lists[SAME_OR_TRANSPARENT + index] = none
    const starts = new Uint32Array(CELLS + 1)
    for (const [cell, list] of lists.entries()) starts[cell + 1] = (starts[cell] as number) + list.length
    // Not `flat`, which took longer than all the rest of a palette.
    const values = new Uint8Array(starts[CELLS] as number)
    for (const [cell, list] of lists.entries()) values.set(list, starts[cell])
    return { starts, values }
  }

  /** Indices whose colour is close enough to stand for another's, closest first. */
  #near(index: number, limit: number, lossy: number): number[] {
    const { colours, transparent } = this.#palette
    const wanted = colours[index] as number
    const found: { other: number; error: number }[] = []
    for (let other = 0; other < Math.min(limit, colours.length); other++) {
      if (other === transparent || colours[other] === 0) continue
      const error = colourError(wanted, colours[other] as number)
      if (error <= lossy) found.push({ other, error: other === index ? -1 : error })
    }
    found.sort((a, b) => a.error - b.error)
    return found.slice(0, NEAR_COLOURS).map(({ other }) => other)
  }
}
