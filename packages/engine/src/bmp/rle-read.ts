import { AmbiguousBitmapError } from './ambiguous.js'

/**
 * Undoes run lengths of 4 or 8 bits: palette indices, the uppermost row first.
 * @throws AmbiguousBitmapError when pixels are left out, which readers fill with what they like, or data ends early
 */
export function readRle(data: Uint8Array, width: number, height: number, bits: number): Uint8Array {
  const indices = new Uint8Array(width * height)
  let [x, y, at] = [0, height - 1, 0]
  const put = (index: number): void => {
    if (x >= width || y < 0) throw new AmbiguousBitmapError('a run past the end of its row')
    indices[y * width + x++] = index
  }
  while (at + 1 < data.length) {
    const [count = 0, value = 0] = [data[at], data[at + 1]]
    at += 2
    if (count > 0) {
      for (let i = 0; i < count; i++) put(bits === 8 ? value : nibble(value, i))
    } else if (value > 2) {
      for (let i = 0; i < value; i++) {
        const byte = data[at + (bits === 8 ? i : i >> 1)]
        if (byte === undefined) throw new AmbiguousBitmapError('pixels are missing')
        put(bits === 8 ? byte : nibble(byte, i))
      }
      at += literalSize(value, bits)
    } else {
      // 0 ends a row and 1 the picture; 2 would leave pixels out.
      if (x !== width && !(value === 1 && x === 0 && y < 0)) throw new AmbiguousBitmapError('pixels that are left out')
      if (value === 1 && y <= 0) return indices
      if (value !== 0) throw new AmbiguousBitmapError('pixels that are left out')
      x = 0
      y--
    }
  }
  throw new AmbiguousBitmapError('no end')
}

/** Bytes of pixels that are listed one by one, which end at a multiple of two. */
export function literalSize(count: number, bits: number): number {
  return Math.ceil((count * bits) / 16) * 2
}

function nibble(byte: number, index: number): number {
  return index & 1 ? byte & 15 : byte >> 4
}
