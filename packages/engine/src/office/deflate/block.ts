import type { BitWriter } from './bits.js'
import {
  DISTANCES,
  distanceBase,
  distanceExtra,
  distanceSymbol,
  END,
  LITERALS,
  lengthBase,
  lengthExtra,
  lengthSymbol,
} from './codes.js'
import { codeLengths, codesOf } from './huffman.js'
import { addTokens, emptyHistogram, type Histogram, type Tokens } from './tokens.js'

/** The codes of a block, and how they are told. */
export interface BlockCode {
  readonly fixed: boolean
  readonly literals: Uint8Array
  readonly distances: Uint8Array
  readonly table: Table | null
  /** Bits of the whole block. */
  readonly bits: number
}

const fixedLiterals = Uint8Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8))
const fixedDistances = new Uint8Array(32).fill(5)

/** The cheaper of a code made for these tokens and the fixed one. */
export function codeFor(tokens: Tokens): BlockCode {
  const histogram = addTokens(emptyHistogram(), tokens)
  histogram.literals[END] = 1
  const literals = codeLengths(histogram.literals, 15)
  const distances = codeLengths(histogram.distances, 15)
  const table = describe(literals, distances)
  const own = 3 + table.bits + dataBits(histogram, literals, distances)
  const fixed = 3 + dataBits(histogram, fixedLiterals, fixedDistances)
  return fixed <= own
    ? { fixed: true, literals: fixedLiterals, distances: fixedDistances, table: null, bits: fixed }
    : { fixed: false, literals, distances, table, bits: own }
}

function dataBits(histogram: Histogram, literals: Uint8Array, distances: Uint8Array): number {
  let bits = 0
  for (let i = 0; i < LITERALS; i++) {
    const extra = i > END ? (lengthExtra[i - END - 1] ?? 0) : 0
    bits += (histogram.literals[i] ?? 0) * ((literals[i] ?? 0) + extra)
  }
  for (let i = 0; i < DISTANCES; i++) {
    bits += (histogram.distances[i] ?? 0) * ((distances[i] ?? 0) + (distanceExtra[i] ?? 0))
  }
  return bits
}

/** Code lengths as run lengths, themselves coded (RFC 1951, 3.2.7). */
interface Table {
  readonly literalCount: number
  readonly distanceCount: number
  readonly orderCount: number
  readonly runs: readonly (readonly [symbol: number, extra: number])[]
  readonly lengths: Uint8Array
  readonly bits: number
}

const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
const runBits: Readonly<Record<number, number>> = { 16: 2, 17: 3, 18: 7 }

function describe(literals: Uint8Array, distances: Uint8Array): Table {
  const literalCount = Math.max(257, usedCount(literals))
  const distanceCount = Math.max(1, usedCount(distances))
  const runs = runsOf([...literals.subarray(0, literalCount), ...distances.subarray(0, distanceCount)])
  const frequencies = new Uint32Array(19)
  for (const [symbol] of runs) frequencies[symbol] = (frequencies[symbol] ?? 0) + 1
  const lengths = codeLengths(frequencies, 7)
  const orderCount = Math.max(4, usedCount(Uint8Array.from(order, (symbol) => lengths[symbol] ?? 0)))
  const data = runs.reduce((sum, [symbol]) => sum + (lengths[symbol] ?? 0) + (runBits[symbol] ?? 0), 0)
  return { literalCount, distanceCount, orderCount, runs, lengths, bits: 14 + 3 * orderCount + data }
}

function usedCount(lengths: Uint8Array): number {
  return lengths.findLastIndex((length) => length > 0) + 1
}

function runsOf(lengths: readonly number[]): [number, number][] {
  const runs: [number, number][] = []
  for (let at = 0; at < lengths.length; ) {
    const value = lengths[at] ?? 0
    let end = at
    while (end < lengths.length && lengths[end] === value) end++
    let left = end - at
    at = end
    if (value === 0) {
      for (; left >= 3; left -= Math.min(left, 138)) {
        const run = Math.min(left, 138)
        runs.push(run < 11 ? [17, run - 3] : [18, run - 11])
      }
    } else {
      runs.push([value, 0])
      left--
      for (; left >= 3; left -= Math.min(left, 6)) runs.push([16, Math.min(left, 6) - 3])
    }
    for (; left > 0; left--) runs.push([value, 0])
  }
  return runs
}

/** Writes one block. */
export function writeBlock(out: BitWriter, tokens: Tokens, code: BlockCode, last: boolean): void {
  out.write((last ? 1 : 0) | (code.fixed ? 2 : 4), 3)
  if (code.table !== null) writeTable(out, code.table)
  const literals = codesOf(code.literals)
  const distances = codesOf(code.distances)
  for (let i = 0; i < tokens.count; i++) {
    const value = tokens.values[i] as number
    const distance = tokens.distances[i] as number
    if (distance === 0) {
      out.write(literals[value] as number, code.literals[value] as number)
      continue
    }
    const length = lengthSymbol[value] as number
    out.write(literals[END + 1 + length] as number, code.literals[END + 1 + length] as number)
    out.write(value - (lengthBase[length] as number), lengthExtra[length] as number)
    const far = distanceSymbol[distance] as number
    out.write(distances[far] as number, code.distances[far] as number)
    out.write(distance - (distanceBase[far] as number), distanceExtra[far] as number)
  }
  out.write(literals[END] as number, code.literals[END] as number)
}

function writeTable(out: BitWriter, { literalCount, distanceCount, orderCount, runs, lengths }: Table): void {
  out.write(literalCount - 257, 5)
  out.write(distanceCount - 1, 5)
  out.write(orderCount - 4, 4)
  for (const symbol of order.slice(0, orderCount)) out.write(lengths[symbol] ?? 0, 3)
  const codes = codesOf(lengths)
  for (const [symbol, extra] of runs) {
    out.write(codes[symbol] ?? 0, lengths[symbol] ?? 0)
    out.write(extra, runBits[symbol] ?? 0)
  }
}
