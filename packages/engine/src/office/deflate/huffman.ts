/**
 * Lengths of a Huffman code for these frequencies, none above `limit`; 0 for what does not occur. Deflate wants a code
 * even for a single symbol, and decoders want two.
 */
export function codeLengths(frequencies: Uint32Array, limit: number): Uint8Array {
  const lengths = new Uint8Array(frequencies.length)
  const used = [...frequencies.keys()].filter((symbol) => (frequencies[symbol] ?? 0) > 0)
  used.sort((a, b) => (frequencies[a] ?? 0) - (frequencies[b] ?? 0) || a - b)
  if (used.length < 2) {
    const only = used[0] ?? 0
    lengths[only] = 1
    lengths[only === 0 ? 1 : 0] = 1
    return lengths
  }
  const counts = limited(depths(used.map((symbol) => frequencies[symbol] ?? 0)), limit)
  // The rarest first, with the longest codes.
  let next = 0
  for (let length = limit; length > 0; length--) {
    for (let n = counts[length] ?? 0; n > 0; n--) lengths[used[next++] ?? 0] = length
  }
  return lengths
}

/** How deep each leaf is in a Huffman tree, for ascending weights: leaves and inner nodes in two queues. */
function depths(weights: readonly number[]): number[] {
  const count = weights.length
  const weight = new Float64Array(2 * count - 1)
  weight.set(weights)
  const parent = new Uint32Array(2 * count - 1)
  let leaf = 0
  let inner = count
  for (let node = count; node < 2 * count - 1; node++) {
    const take = (): number => {
      const isLeaf = leaf < count && (inner >= node || (weight[leaf] ?? 0) <= (weight[inner] ?? 0))
      return isLeaf ? leaf++ : inner++
    }
    const [a, b] = [take(), take()]
    weight[node] = (weight[a] ?? 0) + (weight[b] ?? 0)
    parent[a] = node
    parent[b] = node
  }
  const depth = new Uint32Array(2 * count - 1)
  for (let node = 2 * count - 3; node >= 0; node--) depth[node] = (depth[parent[node] ?? 0] ?? 0) + 1
  return [...depth.subarray(0, count)]
}

/** Number of codes of each length, those that were too long shortened at the cost of others (Kraft's sum stays 1). */
function limited(depth: readonly number[], limit: number): number[] {
  const counts = new Array<number>(limit + 1).fill(0)
  for (const length of depth) counts[Math.min(limit, length)] = (counts[Math.min(limit, length)] ?? 0) + 1
  let total = counts.reduce((sum, n, length) => (length === 0 ? sum : sum + n * 2 ** (limit - length)), 0)
  for (; total > 2 ** limit; total--) {
    counts[limit] = (counts[limit] ?? 0) - 1
    let length = limit - 1
    while ((counts[length] ?? 0) === 0) length--
    counts[length] = (counts[length] ?? 0) - 1
    counts[length + 1] = (counts[length + 1] ?? 0) + 2
  }
  return counts
}

/** The code of each symbol, its first bit lowest, as deflate writes it (RFC 1951, 3.2.2). */
export function codesOf(lengths: Uint8Array): Uint16Array {
  const next = new Uint16Array(17)
  const counts = new Uint16Array(17)
  for (const length of lengths) if (length > 0) counts[length] = (counts[length] ?? 0) + 1
  for (let length = 1; length < 16; length++) next[length + 1] = ((next[length] ?? 0) + (counts[length] ?? 0)) << 1
  return Uint16Array.from(lengths, (length) => {
    const code = next[length] ?? 0
    if (length === 0) return 0
    next[length] = code + 1
    return reversed(code, length)
  })
}

function reversed(code: number, length: number): number {
  let result = 0
  for (let bit = 0; bit < length; bit++) result |= ((code >> bit) & 1) << (length - 1 - bit)
  return result
}
