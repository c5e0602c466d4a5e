import { LEAST_MATCH, MOST_MATCH, NICE_MATCH, WINDOW } from './codes.js'

const HASH_BITS = 16
const MASK = WINDOW - 1
const NONE = -1

/** Matches of a run of positions. Those of position `i` are numbered `starts[i - from]` to `starts[i - from + 1]`. */
export interface Matches {
  readonly from: number
  readonly to: number
  readonly starts: Uint32Array
  /** Ascending for each position. */
  readonly lengths: Uint16Array
  readonly distances: Uint16Array
}

/** Most positions, and about how many matches, that are looked at together. */
const RUN = 2 ** 19
const MATCHES_PER_POSITION = 8
/** One position has at most one of each length. */
const MOST_MATCHES = MOST_MATCH - LEAST_MATCH + 1

/**
 * Finds, for one position after the other, the nearest match of each length that is longer than any nearer one. Earlier
 * positions are kept in binary trees by what follows them, one tree for each hash of three bytes; `depth` bounds how
 * many are looked at.
 */
export class MatchFinder {
  readonly #bytes: Uint8Array
  readonly #depth: number
  readonly #heads = new Int32Array(2 ** HASH_BITS).fill(NONE)
  readonly #children = new Int32Array(2 * WINDOW)
  readonly #starts: Uint32Array
  readonly #lengths: Uint16Array
  readonly #distances: Uint16Array
  #position = 0

  constructor(bytes: Uint8Array, depth: number) {
    this.#bytes = bytes
    this.#depth = depth
    const run = Math.min(RUN, bytes.length)
    this.#starts = new Uint32Array(run + 1)
    this.#lengths = new Uint16Array(run * MATCHES_PER_POSITION + MOST_MATCHES)
    this.#distances = new Uint16Array(run * MATCHES_PER_POSITION + MOST_MATCHES)
  }

  /** Matches of the next positions. Overwrites what it gave before. `null` at the end. */
  next(): Matches | null {
    const from = this.#position
    if (from >= this.#bytes.length) return null
    const most = Math.min(RUN, this.#bytes.length - from)
    const room = this.#lengths.length - MOST_MATCHES
    let count = 0
    let done = 0
    while (done < most && count <= room) {
      count = this.#find(from + done, count)
      done++
      this.#starts[done] = count
    }
    this.#position = from + done
    return { from, to: this.#position, starts: this.#starts, lengths: this.#lengths, distances: this.#distances }
  }

  /** Puts a position into its tree and notes the matches on the way; returns how many there are now. */
  #find(at: number, count: number): number {
    const bytes = this.#bytes
    const children = this.#children
    const most = Math.min(MOST_MATCH, bytes.length - at)
    if (most < LEAST_MATCH) return count
    const enough = Math.min(most, NICE_MATCH)
    const hash = hashAt(bytes, at)
    let other = this.#heads[hash] as number
    this.#heads[hash] = at
    const oldest = at - WINDOW
    let smaller = 2 * (at & MASK)
    let larger = smaller + 1
    let smallerLength = 0
    let largerLength = 0
    let best = LEAST_MATCH - 1
    for (let depth = this.#depth; other > oldest && other >= 0 && depth > 0; depth--) {
      let length = smallerLength < largerLength ? smallerLength : largerLength
      while (length < most && bytes[other + length] === bytes[at + length]) length++
      if (length > best) {
        best = length
        this.#lengths[count] = length
        this.#distances[count] = at - other
        count++
      }
      const node = 2 * (other & MASK)
      if (length >= enough) {
        children[smaller] = children[node] as number
        children[larger] = children[node + 1] as number
        return count
      }
      if ((bytes[other + length] as number) < (bytes[at + length] as number)) {
        children[smaller] = other
        smaller = node + 1
        other = children[smaller] as number
        smallerLength = length
      } else {
        children[larger] = other
        larger = node
        other = children[larger] as number
        largerLength = length
      }
    }
    children[smaller] = NONE
    children[larger] = NONE
    return count
  }
}

function hashAt(bytes: Uint8Array, at: number): number {
  const value = ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number)
  return Math.imul(value, 0x9e3779b1) >>> (32 - HASH_BITS)
}
