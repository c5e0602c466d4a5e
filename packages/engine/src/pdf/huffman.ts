import type { BitReader } from './deflate-bits.js'

/** A canonical Huffman code: how many codes there are of each length, and their symbols in order. */
export interface Code {
  readonly counts: Uint16Array
  readonly symbols: Uint16Array
}

/** Makes a code of the lengths of its symbols' codes, 0 for those that have none (RFC 1951, 3.2.2). */
export function makeCode(lengths: readonly number[]): Code {
  const counts = new Uint16Array(16)
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1
  counts[0] = 0
  const symbols = lengths.map((length, symbol) => ({ length, symbol })).filter(({ length }) => length > 0)
  // The sort is stable: symbols of one length stay in order.
  symbols.sort((a, b) => a.length - b.length)
  return { counts, symbols: Uint16Array.from(symbols, ({ symbol }) => symbol) }
}

/** Reads one symbol. @throws RangeError when there is none */
export function readSymbol(reader: BitReader, { counts, symbols }: Code): number {
  let code = 0
  let first = 0
  let index = 0
  for (let length = 1; length < 16; length++) {
    code |= reader.bit()
    const count = counts[length] ?? 0
    if (code - first < count) return symbols[index + code - first] ?? 0
    index += count
    first = (first + count) << 1
    code <<= 1
  }
  throw new RangeError('no symbol has this code')
}

/** The two codes of a block: for literals and lengths, and for distances. */
export interface Codes {
  readonly literals: Code
  readonly distances: Code
}

export const fixedCodes: Codes = {
  literals: makeCode(Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8))),
  distances: makeCode(new Array<number>(30).fill(5)),
}

/** In this order the lengths of the code for lengths are stored (3.2.7). */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

/** Reads the codes at the head of a dynamic block (3.2.7). */
export function readCodes(reader: BitReader): Codes {
  const literals = reader.bits(5) + 257
  const distances = reader.bits(5) + 1
  const used = reader.bits(4) + 4
  const lengths = new Array<number>(19).fill(0)
  for (const symbol of ORDER.slice(0, used)) lengths[symbol] = reader.bits(3)
  const code = makeCode(lengths)
  const all: number[] = []
  while (all.length < literals + distances) {
    const symbol = readSymbol(reader, code)
    if (symbol < 16) all.push(symbol)
    else if (symbol === 16) repeat(all, all.at(-1) ?? 0, reader.bits(2) + 3)
    else repeat(all, 0, symbol === 17 ? reader.bits(3) + 3 : reader.bits(7) + 11)
  }
  return { literals: makeCode(all.slice(0, literals)), distances: makeCode(all.slice(literals)) }
}

function repeat(all: number[], length: number, count: number): void {
  for (let i = 0; i < count; i++) all.push(length)
}
