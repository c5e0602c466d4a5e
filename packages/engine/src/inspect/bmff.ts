import { Reader } from './reader.js'

/** A box of the ISO base media file format (ISO/IEC 14496-12, 4.2), without its head. */
export interface Box {
  readonly type: string
  readonly data: Uint8Array
}

/** Boxes behind one another. @throws BrokenImageError when one reaches past the end */
export function readBoxes(bytes: Uint8Array): Box[] {
  const reader = new Reader(bytes, 'avif')
  const boxes: Box[] = []
  while (reader.left > 0) {
    reader.countPart()
    boxes.push(readBox(reader))
  }
  return boxes
}

function readBox(reader: Reader): Box {
  const start = reader.position
  const size = reader.u32be()
  const type = reader.text(4)
  // 1: the size is a 64-bit number behind the type. 0: up to the end.
  const end = size === 1 ? start + reader.u64be() : size === 0 ? reader.bytes.length : start + size
  if (end < reader.position) throw reader.broken('a box that is smaller than its head')
  return { type, data: reader.take(end - reader.position) }
}

/** A reader behind the version and flags of a full box, and these. */
export function openFullBox(box: Box): { reader: Reader; version: number; flags: number } {
  const reader = new Reader(box.data, 'avif')
  const version = reader.u8()
  return { reader, version, flags: reader.u8() * 0x10000 + reader.u16be() }
}

/** Boxes within a full box. */
export function readFullBoxes(box: Box): Box[] {
  return readBoxes(box.data.subarray(4))
}

/** The data of the first box of this type. */
export function findBox(boxes: readonly Box[], type: string): Box | undefined {
  return boxes.find((box) => box.type === type)
}

/** Boxes within the first box of this type, of those within it, and so on; empty when one is missing. */
export function descend(boxes: readonly Box[], ...path: readonly string[]): Box[] {
  let inner = [...boxes]
  for (const type of path) {
    const found = findBox(inner, type)
    inner = found ? readBoxes(found.data) : []
  }
  return inner
}
