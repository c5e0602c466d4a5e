/**
 * GIF's LZW, for pixels that leave a choice. Each pixel is a "cell": the number of a list of palette indices that all
 * look right there. The encoder always takes the longest run the dictionary knows under any choice.
 */

const MAX_CODES = 4096

/** Codes seen while looking for one run; past it the longest run so far is taken. Keeps the worst case linear. */
const SEARCH_BUDGET = 400

/** Codes per look at how well a full dictionary still fits. */
const WINDOW = 384

/** A full dictionary is thrown away once it covers fewer pixels a code than this part of what it covered when new. */
const WORN = 0.7

/** Which indices each cell may become, best first: those of cell c are `values[starts[c]]` to `values[starts[c + 1]]`. */
export interface Choices {
  starts: Uint32Array
  values: Uint8Array
}

/**
 * When the dictionary of 4096 codes is full: start anew at once, keep it until it no longer fits, or keep it for good.
 * Which is smallest depends on the picture.
 */
export type ClearRule = 'when-full' | 'when-worn' | 'never'

/** One encoded frame. */
export interface Encoded {
  /** The code stream, not yet cut into sub-blocks. */
  data: Uint8Array
  /** Whether the dictionary ever was full; if not, every {@link ClearRule} gives the same stream. */
  filled: boolean
}

/** Encodes frames one after the other with tables made once. */
export class LzwEncoder {
  readonly #children = new Uint16Array(MAX_CODES * 256)
  readonly #prefix = new Uint16Array(MAX_CODES)
  readonly #suffix = new Uint8Array(MAX_CODES)
  readonly #used = new Int32Array(MAX_CODES)
  #usedCount = 0
  #stackCode = new Uint16Array(1024)
  #stackAt = new Int32Array(1024)
  #bestCode = 0
  #bestEnd = 0
  #budget = 0
  #out = new Uint8Array(4096)

  /**
   * Encodes the first `count` cells and writes the index taken for each into `taken`.
   * `minCodeSize` (2 to 8) must hold every index of every list, and no used list may be empty.
   */
  encode(
    cells: Uint16Array,
    count: number,
    choices: Choices,
    minCodeSize: number,
    clearRule: ClearRule,
    taken: Uint8Array,
  ): Encoded {
    const { starts, values } = choices
    const children = this.#children
    const clear = 1 << minCodeSize
    let width = minCodeSize + 1
    let next = clear + 2
    let previous = -1
    let filled = false
    let bits = clear
    let bitCount = width
    let size = 0
    let at = 0
    let windowCodes = 0
    let windowStart = 0
    let bestRate = 0
    this.#forget()
    while (at < count) {
      if (size + 8 > this.#out.length) this.#grow()
      const cell = cells[at] as number
      this.#bestEnd = at
      this.#budget = SEARCH_BUDGET
      let bestFirst = 0
      for (let k = starts[cell] as number, end = starts[cell + 1] as number; k < end; k++) {
        const first = values[k] as number
        const before = this.#bestEnd
        const key = (previous << 8) | first
        // The code about to be defined may already be part of this run (a run repeated at once).
        const tentative = previous >= 0 && next < MAX_CODES && children[key] === 0
        if (tentative) children[key] = next
        this.#search(first, at + 1, cells, count, choices)
        if (this.#bestEnd > before) bestFirst = first
        if (tentative) children[key] = 0
      }
      if (previous >= 0 && next < MAX_CODES) {
        this.#define(next, previous, bestFirst)
        next++
      }
      const code = this.#bestCode
      this.#spell(code, at, taken)
      at = this.#bestEnd
      bits |= code << bitCount
      bitCount += width
      while (bitCount >= 8) {
        this.#out[size++] = bits & 255
        bits >>>= 8
        bitCount -= 8
      }
      previous = code
      if (next === 1 << width && width < 12) width++
      if (next < MAX_CODES) continue
      if (!filled || windowCodes === 0) windowStart = at
      filled = true
      let renew = clearRule === 'when-full'
      if (clearRule === 'when-worn' && ++windowCodes > WINDOW) {
        const rate = at - windowStart
        bestRate = Math.max(bestRate, rate)
        renew = rate < bestRate * WORN
        windowCodes = 1
        windowStart = at
      }
      if (renew && at < count) {
        bits |= clear << bitCount
        bitCount += width
        this.#forget()
        width = minCodeSize + 1
        next = clear + 2
        previous = -1
        windowCodes = 0
        bestRate = 0
      }
    }
    bits |= (clear + 1) << bitCount
    for (bitCount += width; bitCount > 0; bitCount -= 8) {
      this.#out[size++] = bits & 255
      bits >>>= 8
    }
    return { data: this.#out.slice(0, size), filled }
  }

  /** Follows every choice through the dictionary, depth first, and keeps the run that reaches furthest. */
  #search(first: number, from: number, cells: Uint16Array, count: number, choices: Choices): void {
    const { starts, values } = choices
    const children = this.#children
    const stackCode = this.#stackCode
    const stackAt = this.#stackAt
    let depth = 0
    let code = first
    let at = from
    for (;;) {
      // Follow the first choice the dictionary knows; put the others aside.
      while (at < count) {
        const cell = cells[at] as number
        let found = 0
        for (let k = starts[cell] as number, end = starts[cell + 1] as number; k < end; k++) {
          const child = children[(code << 8) | (values[k] as number)] as number
          if (child === 0) continue
          if (found === 0) found = child
          else if (depth < 1024) {
            stackCode[depth] = child
            stackAt[depth++] = at + 1
          }
        }
        if (found === 0) break
        code = found
        at++
        this.#budget--
      }
      if (at > this.#bestEnd) {
        this.#bestEnd = at
        this.#bestCode = code
      }
      if (depth === 0 || this.#budget <= 0) return
      code = stackCode[--depth] as number
      at = stackAt[depth] as number
      this.#budget--
    }
  }

  #define(code: number, prefix: number, suffix: number): void {
    this.#prefix[code] = prefix
    this.#suffix[code] = suffix
    const key = (prefix << 8) | suffix
    // A cut-short search may spell a run that has a code already; the decoder counts it all the same.
    if (this.#children[key] !== 0) return
    this.#children[key] = code
    this.#used[this.#usedCount++] = key
  }

  #forget(): void {
    for (let k = 0; k < this.#usedCount; k++) this.#children[this.#used[k] as number] = 0
    this.#usedCount = 0
  }

  /** Writes the indices the code found last stands for. */
  #spell(code: number, from: number, taken: Uint8Array): void {
    let node = code
    for (let at = this.#bestEnd - 1; at > from; at--) {
      taken[at] = this.#suffix[node] as number
      node = this.#prefix[node] as number
    }
    taken[from] = node
  }

  #grow(): void {
    const larger = new Uint8Array(this.#out.length * 2)
    larger.set(this.#out)
    this.#out = larger
  }
}
