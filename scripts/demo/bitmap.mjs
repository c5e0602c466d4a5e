import sharp from 'sharp'

// sharp reads no BMP. This reads what the corpus has and what the engine writes: 8-bit palettes, plain or with run
// lengths (RLE8), and 24 and 32 bits.

/**
 * A picture of a BMP's pixels, or `null` when it is none of a kind that is read here.
 *
 * @param {Buffer} bytes
 * @returns {import('sharp').Sharp | null}
 */
export function openBitmap(bytes) {
  if (bytes.toString('latin1', 0, 2) !== 'BM' || bytes.length < 54) return null
  const width = bytes.readInt32LE(18)
  const rows = bytes.readInt32LE(22)
  const height = Math.abs(rows)
  const bits = bytes.readUInt16LE(28)
  const compression = bytes.readUInt32LE(30)
  const pixels = bytes.subarray(bytes.readUInt32LE(10))
  const palette = bytes.subarray(14 + bytes.readUInt32LE(14))
  const isRead = (bits === 8 && compression <= 1) || ((bits === 24 || bits === 32) && compression === 0)
  if (!isRead || width <= 0 || height === 0) return null
  const stride = Math.ceil((width * bits) / 32) * 4
  const indices = bits === 8 && compression === 1 ? unpackRuns(pixels, width, height) : null
  const data = Buffer.alloc(width * height * 3)
  for (let y = 0; y < height; y++) {
    // Rows begin at the bottom unless the height is negative.
    const row = rows > 0 ? height - 1 - y : y
    for (let x = 0; x < width; x++) {
      const at = row * stride + (x * bits) / 8
      const index = indices ? indices[row * width + x] : pixels[at]
      const colour = bits === 8 ? palette.subarray(Number(index) * 4) : pixels.subarray(at)
      data.set([colour[2] ?? 0, colour[1] ?? 0, colour[0] ?? 0], (y * width + x) * 3)
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } })
}

/** @param {Buffer} packed @param {number} width @param {number} height */
function unpackRuns(packed, width, height) {
  const out = Buffer.alloc(width * height)
  let [x, y, at] = [0, 0, 0]
  while (at + 1 < packed.length && y < height) {
    const count = packed[at++] ?? 0
    const value = packed[at++] ?? 0
    if (count > 0) {
      out.fill(value, y * width + x, y * width + x + count)
      x += count
    } else if (value === 0) {
      ;[x, y] = [0, y + 1]
    } else if (value === 1) {
      break
    } else if (value === 2) {
      x += packed[at++] ?? 0
      y += packed[at++] ?? 0
    } else {
      packed.copy(out, y * width + x, at, at + value)
      x += value
      at += value + (value % 2)
    }
  }
  return out
}
