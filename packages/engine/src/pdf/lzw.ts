const CLEAR = 256
const END = 257
const FIRST = 258
const MOST = 4096

/** LZWDecode (ISO 32000-1, 7.4.4), or `null` when it is damaged or longer than `limit`. */
export function decodeLzw(data: Uint8Array, early: 0 | 1, limit: number): Uint8Array | null {
  let out = Buffer.alloc(Math.min(limit, data.length * 4 + 256))
  let size = 0
  // What a code stands for is a stretch of the output: that of the code before its making, and one byte more.
  const starts = new Int32Array(MOST)
  const lengths = new Int32Array(MOST)
  let next = FIRST
  let width = 9
  let last = -1
  let lastLength = 0
  let held = 0
  let bits = 0
  for (const byte of data) {
    held = ((held << 8) | byte) & 0xfffff
    bits += 8
    if (bits < width) continue
    bits -= width
    const code = (held >>> bits) & ((1 << width) - 1)
    if (code === END) return out.subarray(0, size)
    if (code === CLEAR) {
      next = FIRST
      width = 9
      last = -1
      continue
    }
    if (last >= 0 && next < MOST) {
      starts[next] = last
      lengths[next] = lastLength + 1
      next++
    }
    if (code >= next) return null
    const length = code < CLEAR ? 1 : (lengths[code] ?? 0)
    if (size + length > limit) return null
    if (size + length > out.length) out = Buffer.concat([out], Math.min(limit, (size + length) * 2))
    last = size
    lastLength = length
    if (code < CLEAR) out[size++] = code
    // Byte by byte: a code may stand for what it is itself writing.
    else for (let from = starts[code] ?? 0, end = size + length; size < end; ) out[size++] = out[from++] ?? 0
    if (next + early >= 1 << width && width < 12) width++
  }
  return null
}
