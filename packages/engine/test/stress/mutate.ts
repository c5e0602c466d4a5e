import { crc32 } from 'node:zlib'
import type { Format } from '@compress-fast/engine'
import { type Layout, layoutOf } from './layout.js'
import type { Source } from './sources.js'

/** Numbers from 0 up to 1. */
export type Random = () => number

/** One way to damage a file. */
type Damage = (bytes: Buffer, other: Buffer, layout: Layout, random: Random) => Buffer

const below = (random: Random, length: number): number => Math.floor(random() * length)
const pick = <T>(random: Random, values: readonly T[]): T | undefined => values[below(random, values.length)]
const joined = (...parts: readonly Uint8Array[]): Buffer => Buffer.concat(parts)

/** Kinds of damage by name: what transport, tools and attackers do. */
const damages: Readonly<Record<string, Damage>> = {
  flips(bytes, _, __, random) {
    const changed = Buffer.from(bytes)
    // Headers are short and hold what matters, so half of the flips go there.
    const reach = random() < 0.5 ? Math.min(96, changed.length) : changed.length
    for (let left = 1 + below(random, 8); left > 0; left--) {
      const at = below(random, reach)
      changed[at] = (changed[at] ?? 0) ^ (1 << below(random, 8))
    }
    return changed
  },
  truncation: (bytes, _, __, random) => bytes.subarray(0, below(random, bytes.length)),
  splice: (bytes, other, _, random) =>
    joined(bytes.subarray(0, below(random, bytes.length)), other.subarray(below(random, other.length))),
  stretch(bytes, _, __, random) {
    const at = below(random, bytes.length)
    const end = at + 1 + below(random, 300)
    const filler = random() < 0.5 ? bytes.subarray(at, end) : Buffer.alloc(below(random, 300), below(random, 256))
    return joined(bytes.subarray(0, random() < 0.5 ? at : end), filler, bytes.subarray(end))
  },
  lies(bytes, _, { fields }, random) {
    const changed = Buffer.from(bytes)
    for (let left = 1 + below(random, 3); left > 0; left--) {
      const field = pick(random, fields)
      if (field === undefined) return lieInDigits(bytes, random)
      const { at, width, order } = field
      const most = 2 ** (8 * width) - 1
      const truth = order === 'big' ? changed.readUIntBE(at, width) : changed.readUIntLE(at, width)
      const lie =
        pick(random, [0, 1, most, most >>> 1, truth + 1, truth - 1, truth * 2, below(random, bytes.length)]) ?? 0
      const value = Math.min(most, Math.max(0, lie))
      if (order === 'big') changed.writeUIntBE(value, at, width)
      else changed.writeUIntLE(value, at, width)
    }
    return changed
  },
  order(bytes, _, { parts }, random) {
    const one = pick(random, parts)
    const two = pick(random, parts)
    if (one === undefined || two === undefined)
      return damages['stretch']?.(bytes, bytes, { fields: [], parts }, random) ?? bytes
    const [start, end] = one
    const part = bytes.subarray(start, end)
    const without = joined(bytes.subarray(0, start), bytes.subarray(end))
    // Left out, doubled, or moved to where another part begins.
    if (random() < 0.3) return without
    if (random() < 0.5) return joined(bytes.subarray(0, end), part, bytes.subarray(end))
    const at = two[0] > start ? two[0] - part.length : two[0]
    return joined(without.subarray(0, Math.max(0, at)), part, without.subarray(Math.max(0, at)))
  },
}

/** Of a format that writes its numbers in digits: another number for one of them. */
function lieInDigits(bytes: Buffer, random: Random): Buffer {
  const text = bytes.toString('latin1')
  const found = pick(random, [...text.matchAll(/\d+/g)])
  if (found === undefined) return bytes
  const truth = Number(found[0])
  const lies = [0, -1, truth + 1, truth - 1, 2 ** 31, 99_999_999_999, 1e308, below(random, bytes.length)]
  const lie = String(pick(random, lies))
  return Buffer.from(text.slice(0, found.index) + lie + text.slice(found.index + found[0].length), 'latin1')
}

/** A damaged file. */
export interface Damaged {
  /** What was done to it. */
  readonly how: string
  readonly bytes: Buffer
}

/** Damages a file once or twice; `other` gives what is spliced in. */
export function damage(source: Source, other: Source, random: Random): Damaged {
  const hows: string[] = []
  let { bytes } = source
  for (let left = random() < 0.8 ? 1 : 2; left > 0; left--) {
    const how = pick(random, Object.keys(damages)) ?? ''
    hows.push(how)
    bytes = damages[how]?.(bytes, other.bytes, layoutOf(source.format, bytes), random) ?? bytes
  }
  // With checksums that fit, damage gets past the first look.
  return { how: hows.join(' and '), bytes: random() < 0.7 ? repair(source.format, bytes) : bytes }
}

/** Makes a PNG's checksums fit its chunks. */
function repair(format: Format, bytes: Buffer): Buffer {
  if (format !== 'png') return bytes
  const changed = Buffer.from(bytes)
  for (const [start, end] of layoutOf('png', changed).parts) {
    changed.writeUInt32BE(crc32(changed.subarray(start + 4, end - 4)), end - 4)
  }
  return changed
}
