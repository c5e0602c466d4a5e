import { distanceExtra, lengthExtra } from './codes.js'
import { addTokens, emptyHistogram, type Histogram, type Tokens } from './tokens.js'

/** Blocks begin at multiples of this many tokens. */
const UNIT = 1024
/** Most units of a block. */
const LONGEST = 64

/** About what a block's code tables take, in bits for each used symbol and at least. */
const TABLE_BITS = { symbol: 3.5, block: 80 }

/** Where blocks should begin, in tokens, so that each gets a code of its own where that pays. Ends with the count. */
export function splitBlocks(tokens: Tokens): number[] {
  const units = Math.ceil(tokens.count / UNIT)
  const histograms = Array.from({ length: units }, (_, i) =>
    addTokens(emptyHistogram(), tokens, i * UNIT, Math.min(tokens.count, (i + 1) * UNIT)),
  )
  const best = new Float64Array(units + 1).fill(Number.POSITIVE_INFINITY)
  const before = new Uint32Array(units + 1)
  best[0] = 0
  for (let end = 1; end <= units; end++) {
    const sum = emptyHistogram()
    for (let start = end - 1; start >= Math.max(0, end - LONGEST); start--) {
      merge(sum, histograms[start])
      const cost = (best[start] ?? 0) + estimate(sum)
      if (cost < (best[end] ?? 0)) {
        best[end] = cost
        before[end] = start
      }
    }
  }
  const ends: number[] = []
  for (let end = units; end > 0; end = before[end] ?? 0) ends.unshift(Math.min(tokens.count, end * UNIT))
  return ends
}

function merge(into: Histogram, other: Histogram | undefined): void {
  if (other === undefined) return
  for (const [i, n] of other.literals.entries()) into.literals[i] = (into.literals[i] as number) + n
  for (const [i, n] of other.distances.entries()) into.distances[i] = (into.distances[i] as number) + n
}

/** About how many bits a block of these symbols takes. */
function estimate({ literals, distances }: Histogram): number {
  let bits = entropy(literals) + entropy(distances) + TABLE_BITS.block
  for (const [i, extra] of lengthExtra.entries()) bits += extra * (literals[257 + i] as number)
  for (const [i, extra] of distanceExtra.entries()) bits += extra * (distances[i] as number)
  return bits
}

function entropy(frequencies: Uint32Array): number {
  let total = 0
  let bits = 0
  for (let i = 0; i < frequencies.length; i++) {
    const n = frequencies[i] as number
    if (n === 0) continue
    total += n
    bits += TABLE_BITS.symbol - n * Math.log2(n)
  }
  return total === 0 ? 0 : bits + total * Math.log2(total)
}
