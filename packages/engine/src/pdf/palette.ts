import type { Samples } from './png-container.js'

/** Samples as places in a list of colours. */
export interface Indexed {
  readonly samples: Samples
  /** The components of each colour. */
  readonly colours: Uint8Array
}

const MOST = 256

/** The same samples by palette if there are few enough colours: sorted, so that neighbours are close in number. */
export function toIndexed({ data, width, height, components }: Samples): Indexed | null {
  const keys = new Uint32Array(width * height)
  const found = new Set<number>()
  for (let i = 0, at = 0; i < keys.length; i++) {
    let key = 0
    for (let c = 0; c < components; c++) key = key * 256 + (data[at++] ?? 0)
    keys[i] = key
    if (!found.has(key) && found.add(key).size > MOST) return null
  }
  const sorted = [...found].sort((a, b) => a - b)
  const places = new Map(sorted.map((key, i) => [key, i]))
  const bits = bitsFor(sorted.length)
  const packed = packBits(width, height, bits, (i) => places.get(keys[i] ?? 0) ?? 0)
  const colours = Uint8Array.from(sorted.flatMap((key) => bytesOf(key, components)))
  return { samples: { data: packed, width, height, bits, components: 1 }, colours }
}

/** 8-bit grey in fewer bits, if no value needs more. */
export function toShallow({ data, width, height }: Samples): Samples | null {
  for (const bits of [1, 2, 4]) {
    const step = 255 / (2 ** bits - 1)
    if (data.subarray(0, width * height).every((value) => value % step === 0)) {
      const packed = packBits(width, height, bits, (i) => (data[i] ?? 0) / step)
      return { data: packed, width, height, bits, components: 1 }
    }
  }
  return null
}

function bitsFor(colours: number): number {
  return [1, 2, 4].find((bits) => colours <= 2 ** bits) ?? 8
}

function bytesOf(key: number, components: number): number[] {
  return Array.from({ length: components }, (_, c) => Math.floor(key / 256 ** (components - 1 - c)) % 256)
}

function packBits(width: number, height: number, bits: number, indexOf: (i: number) => number): Uint8Array {
  const row = Math.ceil((width * bits) / 8)
  const out = new Uint8Array(row * height)
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const at = y * row + ((x * bits) >> 3)
      out[at] = (out[at] ?? 0) | (indexOf(i) << (8 - bits - ((x * bits) & 7)))
    }
  }
  return out
}
