/**
 * How coarsely the first lossy picture of a WebP file is quantised: the mean quantiser index over its segments, 0 to
 * 127, or `null` without a readable VP8 frame header (RFC 6386, sections 9.1 to 9.6 and 19.2).
 */
export function vp8Quantiser(webp: Uint8Array): number | null {
  const frame = findVp8(webp, 12, webp.length)
  if (frame === null || frame.length < 11) return null
  // Frame tag (3), start code (3), dimensions (4); then the boolean-coded header.
  const bits = createBoolReader(frame.subarray(10))
  bits.literal(2) // colour space, clamping
  const segments = readSegments(bits)
  bits.literal(1 + 6 + 3) // loop filter: type, level, sharpness
  if (bits.literal(1) === 1 && bits.literal(1) === 1) {
    for (let i = 0; i < 8; i += 1) if (bits.literal(1) === 1) bits.literal(7)
  }
  bits.literal(2) // partitions
  const base = bits.literal(7)
  if (segments === null) return base
  const indices = segments.values.map((value) => Math.min(127, Math.max(0, segments.absolute ? value : base + value)))
  return indices.reduce((sum, value) => sum + value, 0) / indices.length
}

interface BoolReader {
  /** The next bits, each with even odds, most significant first. */
  literal(count: number): number
}

interface Segments {
  readonly absolute: boolean
  readonly values: readonly number[]
}

function readSegments(bits: BoolReader): Segments | null {
  if (bits.literal(1) === 0) return null
  const updateMap = bits.literal(1) === 1
  const updateData = bits.literal(1) === 1
  let segments: Segments | null = null
  if (updateData) {
    const absolute = bits.literal(1) === 1
    segments = { absolute, values: Array.from({ length: 4 }, () => readSigned(bits, 7)) }
    for (let i = 0; i < 4; i += 1) readSigned(bits, 6)
  }
  if (updateMap) for (let i = 0; i < 3; i += 1) if (bits.literal(1) === 1) bits.literal(8)
  return segments
}

function readSigned(bits: BoolReader, count: number): number {
  if (bits.literal(1) === 0) return 0
  const value = bits.literal(count)
  return bits.literal(1) === 1 ? -value : value
}

/** The boolean decoder of RFC 6386, section 7.3, for even odds only. Past the end it reads zeros. */
function createBoolReader(bytes: Uint8Array): BoolReader {
  let at = 2
  let value = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)
  let range = 255
  let shifted = 0
  function bit(): number {
    const split = 1 + (((range - 1) * 128) >> 8)
    const set = value >= split << 8
    range = set ? range - split : split
    if (set) value -= split << 8
    while (range < 128) {
      value <<= 1
      range <<= 1
      shifted += 1
      if (shifted === 8) {
        shifted = 0
        value |= bytes[at] ?? 0
        at += 1
      }
    }
    return set ? 1 : 0
  }
  return {
    literal(count) {
      let result = 0
      for (let i = 0; i < count; i += 1) result = result * 2 + bit()
      return result
    },
  }
}

/** The payload of the first `VP8 ` chunk, looked for inside animation frames too. */
function findVp8(bytes: Uint8Array, from: number, end: number): Uint8Array | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = from; at + 8 <= end; ) {
    const name = String.fromCharCode(...bytes.subarray(at, at + 4))
    const size = view.getUint32(at + 4, true)
    const body = at + 8
    if (name === 'VP8 ') return bytes.subarray(body, Math.min(end, body + size))
    // A frame's own chunks follow sixteen bytes of position, size and duration.
    if (name === 'ANMF') return findVp8(bytes, body + 16, Math.min(end, body + size))
    at = body + size + (size & 1)
  }
  return null
}
