import { DISTANCES, distanceSymbol, END, LITERALS, lengthSymbol } from './codes.js'

/**
 * What a run of bytes is told by. A literal has distance 0 and its byte in `values`; a match has its length there.
 */
export interface Tokens {
  readonly count: number
  readonly values: Uint16Array
  readonly distances: Uint16Array
}

/** How often each symbol occurs. */
export interface Histogram {
  readonly literals: Uint32Array
  readonly distances: Uint32Array
}

export function emptyHistogram(): Histogram {
  return { literals: new Uint32Array(LITERALS), distances: new Uint32Array(DISTANCES) }
}

/** Counts the symbols of some tokens, without the end of a block. */
export function addTokens(into: Histogram, tokens: Tokens, start = 0, end: number = tokens.count): Histogram {
  const { literals, distances } = into
  for (let i = start; i < end; i++) {
    const value = tokens.values[i] as number
    const distance = tokens.distances[i] as number
    const symbol = distance === 0 ? value : END + 1 + (lengthSymbol[value] as number)
    literals[symbol] = (literals[symbol] as number) + 1
    if (distance === 0) continue
    const far = distanceSymbol[distance] as number
    distances[far] = (distances[far] as number) + 1
  }
  return into
}
