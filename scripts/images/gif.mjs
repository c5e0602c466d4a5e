import sharp from 'sharp'

/**
 * A GIF as plain screen recorders write it: every frame whole, one palette for all, nothing left out that did not change.
 *
 * @param {Buffer[]} frames PNGs of one size
 * @param {{ delay: number, loop: number, colours?: number }} options `delay` in milliseconds, `loop` 0 is forever
 * @returns {Promise<Buffer>}
 */
export async function wholeFrameGif(frames, { delay, loop, colours = 64 }) {
  const { pixels, palette, width, height } = await quantise(frames, colours)
  const bits = Math.max(2, Math.ceil(Math.log2(palette.length / 3)))
  const table = Buffer.alloc(3 << bits)
  table.set(palette)
  const screen = Buffer.from([...uint16(width), ...uint16(height), 0x80 | ((bits - 1) << 4) | (bits - 1), 0, 0])
  const repeat = Buffer.concat([
    Buffer.from([0x21, 0xff, 11]),
    Buffer.from('NETSCAPE2.0'),
    Buffer.from([3, 1, ...uint16(loop), 0]),
  ])
  const images = frames.map((_, index) => {
    const area = pixels.subarray(index * width * height, (index + 1) * width * height)
    const control = Buffer.from([0x21, 0xf9, 4, 0b0000_0100, ...uint16(Math.round(delay / 10)), 0, 0])
    const place = Buffer.from([0x2c, 0, 0, 0, 0, ...uint16(width), ...uint16(height), 0, bits])
    return Buffer.concat([control, place, blocks(lzw(area, bits))])
  })
  return Buffer.concat([Buffer.from('GIF89a'), screen, table, repeat, ...images, Buffer.from([0x3b])])
}

/**
 * One palette for all frames, and every pixel as an index into it.
 *
 * @param {Buffer[]} frames
 * @param {number} colours
 */
async function quantise(frames, colours) {
  const strip = await sharp(frames, { join: { across: 1 } })
    .removeAlpha()
    .png({ palette: true, colours, dither: 0.6 })
    .toBuffer()
  const { data, info } = await sharp(strip).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  /** @type {Map<number, number>} */
  const indexes = new Map()
  const pixels = new Uint8Array(info.width * info.height)
  for (let pixel = 0; pixel < pixels.length; pixel++) {
    const colour = data.readUIntBE(pixel * 3, 3)
    const index = indexes.get(colour) ?? indexes.size
    if (index === indexes.size) indexes.set(colour, index)
    pixels[pixel] = index
  }
  const palette = [...indexes.keys()].flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255])
  return { pixels, palette, width: info.width, height: info.height / frames.length }
}

/**
 * LZW with codes that grow to 12 bits, then a clear code.
 *
 * @param {Uint8Array} pixels
 * @param {number} bits
 */
function lzw(pixels, bits) {
  const clear = 1 << bits
  const out = bitWriter()
  /** @type {Map<number, number>} */
  let known = new Map()
  let next = clear + 2
  let size = bits + 1
  let prefix = pixels[0] ?? 0
  out.write(clear, size)
  for (const pixel of pixels.subarray(1)) {
    const pair = (prefix << 8) | pixel
    const code = known.get(pair)
    if (code !== undefined) {
      prefix = code
      continue
    }
    out.write(prefix, size)
    prefix = pixel
    if (next === 4096) {
      out.write(clear, size)
      known = new Map()
      next = clear + 2
      size = bits + 1
      continue
    }
    if (next === 1 << size) size++
    known.set(pair, next++)
  }
  out.write(prefix, size)
  if (next === 1 << size && size < 12) size++
  out.write(clear + 1, size)
  return out.end()
}

/** Packs codes from the lowest bit up. */
function bitWriter() {
  /** @type {number[]} */
  const bytes = []
  let held = 0
  let count = 0
  return {
    /** @param {number} code @param {number} size */
    write(code, size) {
      held |= code << count
      count += size
      for (; count >= 8; count -= 8) {
        bytes.push(held & 255)
        held >>>= 8
      }
    },
    end() {
      if (count > 0) bytes.push(held & 255)
      return Buffer.from(bytes)
    },
  }
}

/** Data in blocks of up to 255 bytes, each after its length. @param {Buffer} data */
function blocks(data) {
  const parts = []
  for (let at = 0; at < data.length; at += 255) {
    const part = data.subarray(at, at + 255)
    parts.push(Buffer.from([part.length]), part)
  }
  return Buffer.concat([...parts, Buffer.from([0])])
}

/** @param {number} value */
function uint16(value) {
  return [value & 255, value >> 8]
}
