/** Lengths and distances as deflate codes them (RFC 1951, 3.2.5). */

export const LITERALS = 286
export const DISTANCES = 30
export const END = 256
export const LEAST_MATCH = 3
export const MOST_MATCH = 258
export const WINDOW = 32_768
/** A match of this length is taken without looking for a better one: long runs would take too long otherwise. */
export const NICE_MATCH = 130

/** Extra bits of symbols 257 to 285. */
export const lengthExtra: Uint8Array = Uint8Array.from([
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
])
export const distanceExtra: Uint8Array = Uint8Array.from({ length: DISTANCES }, (_, i) => Math.max(0, (i >> 1) - 1))

/** The smallest value that each symbol stands for. */
export const lengthBase: Uint16Array = bases(lengthExtra, LEAST_MATCH)
export const distanceBase: Uint16Array = bases(distanceExtra, 1)
// 258 has a symbol of its own, though 284 could say it as well.
lengthBase[28] = MOST_MATCH

/** The symbol of each length, 257 already taken off. */
export const lengthSymbol: Uint8Array = symbols(lengthBase, MOST_MATCH)
/** The symbol of each distance. */
export const distanceSymbol: Uint8Array = symbols(distanceBase, WINDOW)

function bases(extra: Uint8Array, first: number): Uint16Array {
  const result = new Uint16Array(extra.length)
  let base = first
  for (const [i, bits] of extra.entries()) {
    result[i] = base
    base += 1 << bits
  }
  return result
}

function symbols(base: Uint16Array, most: number): Uint8Array {
  const result = new Uint8Array(most + 1)
  for (let value = 0, symbol = 0; value <= most; value++) {
    while ((base[symbol + 1] ?? Number.POSITIVE_INFINITY) <= value) symbol++
    result[value] = symbol
  }
  return result
}
