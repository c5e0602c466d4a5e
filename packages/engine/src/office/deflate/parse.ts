import {
  distanceExtra,
  distanceSymbol,
  END,
  LEAST_MATCH,
  lengthExtra,
  lengthSymbol,
  MOST_MATCH,
  NICE_MATCH,
} from './codes.js'
import type { Matches } from './matches.js'
import type { Histogram, Tokens } from './tokens.js'

/** Bits that a literal byte, a length and a distance symbol take. */
export interface Costs {
  readonly literals: Float32Array
  /** By length, extra bits included. */
  readonly lengths: Float32Array
  /** By distance symbol, extra bits included. */
  readonly distances: Float32Array
}

/** Before anything is known: about what text of a document comes to. */
export function firstCosts(): Costs {
  const literals = new Float32Array(END).fill(7)
  const lengths = Float32Array.from({ length: MOST_MATCH + 1 }, (_, length) => 6 + extraOf(length))
  const distances = Float32Array.from(distanceExtra, (extra) => 4.5 + extra)
  return { literals, lengths, distances }
}

function extraOf(length: number): number {
  return lengthExtra[lengthSymbol[length] ?? 0] ?? 0
}

/** What an ideal code for these frequencies would take. What did not occur is dear, not forbidden. */
export function costsOf({ literals, distances }: Histogram): Costs {
  const bits = entropies(literals)
  const lengths = Float32Array.from({ length: MOST_MATCH + 1 }, (_, length) => {
    return (bits[END + 1 + (lengthSymbol[length] ?? 0)] ?? 0) + extraOf(length)
  })
  const far = entropies(distances)
  return {
    literals: bits.slice(0, END),
    lengths,
    distances: far.map((cost, symbol) => cost + (distanceExtra[symbol] ?? 0)),
  }
}

function entropies(frequencies: Uint32Array): Float32Array {
  const total = Math.log2(frequencies.reduce((sum, n) => sum + n, 1))
  return Float32Array.from(frequencies, (n) => (n === 0 ? total + 1 : total - Math.log2(n)))
}

/** Room that parses share. */
export interface Scratch {
  readonly costs: Float32Array
  readonly values: Uint16Array
  readonly distances: Uint16Array
}

export function scratchFor(positions: number): Scratch {
  return {
    costs: new Float32Array(positions + 1),
    values: new Uint16Array(positions + 1),
    distances: new Uint16Array(positions + 1),
  }
}

/** The cheapest way to tell the bytes from `start` to `end`, both within the run of `matches`. */
export function parse(
  bytes: Uint8Array,
  matches: Matches,
  start: number,
  end: number,
  costs: Costs,
  scratch: Scratch,
): Tokens {
  const { starts, lengths, distances, from } = matches
  const size = end - start
  const cost = scratch.costs.fill(Number.POSITIVE_INFINITY, 0, size + 1)
  cost[0] = 0
  for (let i = 0; i < size; i++) {
    const here = cost[i] as number
    const literal = here + (costs.literals[bytes[start + i] as number] as number)
    if (literal < (cost[i + 1] as number)) {
      cost[i + 1] = literal
      scratch.values[i + 1] = bytes[start + i] as number
      scratch.distances[i + 1] = 0
    }
    const most = size - i
    const last = starts[start + i - from + 1] as number
    const nice = last > (starts[start + i - from] as number) ? Math.min(lengths[last - 1] as number, most) : 0
    if (nice >= NICE_MATCH) {
      const distance = distances[last - 1] as number
      const far = costs.distances[distanceSymbol[distance] as number] as number
      const total = here + far + (costs.lengths[nice] as number)
      if (total < (cost[i + nice] as number)) {
        cost[i + nice] = total
        scratch.values[i + nice] = nice
        scratch.distances[i + nice] = distance
      }
      i += nice - 1
      continue
    }
    let length = LEAST_MATCH
    for (let match = starts[start + i - from] as number; match < last; match++) {
      const distance = distances[match] as number
      const far = here + (costs.distances[distanceSymbol[distance] as number] as number)
      const longest = Math.min(lengths[match] as number, most)
      for (; length <= longest; length++) {
        const total = far + (costs.lengths[length] as number)
        if (total < (cost[i + length] as number)) {
          cost[i + length] = total
          scratch.values[i + length] = length
          scratch.distances[i + length] = distance
        }
      }
    }
  }
  return trace(scratch, size)
}

/** The steps that lead to the end, from the first to the last. */
function trace(scratch: Scratch, size: number): Tokens {
  let count = 0
  for (let at = size; at > 0; at -= stepAt(scratch, at)) count++
  const values = new Uint16Array(count)
  const distances = new Uint16Array(count)
  for (let at = size, i = count - 1; at > 0; at -= stepAt(scratch, at), i--) {
    values[i] = scratch.values[at] as number
    distances[i] = scratch.distances[at] as number
  }
  return { count, values, distances }
}

function stepAt(scratch: Scratch, at: number): number {
  return scratch.distances[at] === 0 ? 1 : (scratch.values[at] as number)
}
