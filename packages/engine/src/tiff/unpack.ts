import { inflateSync } from 'node:zlib'
import { BrokenImageError } from '../inspect/broken.js'
import { decodeLzw } from '../pdf/lzw.js'
import { type Layout, predictor, rowBytes, rowsOf, scheme } from './layout.js'
import { addLeft } from './predict.js'

/** A strip's or tile's samples, whatever they were compressed by. @throws BrokenImageError when they are not all there */
export function unpackSegment(layout: Layout, index: number, isLittle: boolean): Uint8Array {
  const row = rowBytes(layout)
  const wanted = row * rowsOf(layout, index)
  const segment = layout.segments[index] ?? new Uint8Array()
  // Some writers fill up the last strip.
  const rows = undo(segment, layout.compression, wanted, row * layout.segmentHeight)
  if (rows === null || rows.length < wanted) throw new BrokenImageError('tiff', 'a strip or tile that is damaged')
  const exact = rows.subarray(0, wanted)
  return undoesDifference(layout) ? addLeft(Uint8Array.from(exact), stepOf(layout), row, isLittle) : exact
}

/** Whether differences of these samples are undone here. Others stay differences, which are kept as they are. */
export function undoesDifference({ predictor: kind, bits }: Layout): boolean {
  return kind === predictor.difference && (bits === 8 || bits === 16)
}

/** How samples lie next to each other in a row. */
export function stepOf({ bits, samples, isPlanar }: Layout): { bits: number; distance: number } {
  return { bits, distance: isPlanar ? 1 : samples }
}

function undo(data: Uint8Array, compression: number, wanted: number, most: number): Uint8Array | null {
  switch (compression) {
    case scheme.none:
      return data
    case scheme.lzw:
      return decodeLzw(data, 1, most)
    case scheme.packBits:
      return unpackBits(data, wanted)
    default:
      return inflate(data, most)
  }
}

function inflate(data: Uint8Array, most: number): Uint8Array | null {
  try {
    return inflateSync(data, { maxOutputLength: most })
  } catch {
    return null
  }
}

/** PackBits (TIFF 6.0, section 9): copies of one byte, or bytes as they are. */
function unpackBits(data: Uint8Array, wanted: number): Uint8Array {
  const out = new Uint8Array(wanted)
  let to = 0
  for (let at = 0; at < data.length && to < wanted; ) {
    const head = data[at++] ?? 0
    if (head === 128) continue
    if (head > 128) {
      out.fill(data[at++] ?? 0, to, to + 257 - head)
      to += 257 - head
    } else {
      out.set(data.subarray(at, Math.min(at + head + 1, at + wanted - to)), to)
      at += head + 1
      to += at <= data.length ? head + 1 : 0
    }
  }
  return to < wanted ? out.subarray(0, to) : out
}
