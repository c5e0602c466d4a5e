import { BitReader, BitWriter } from './deflate-bits.js'
import { type Codes, fixedCodes, readCodes, readSymbol } from './huffman.js'

const END = 256

/** Extra bits by length code and by distance code, and the distances they begin at (RFC 1951, 3.2.5). */
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
const LENGTH_BASE = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
]
const distanceExtra = (code: number): number => (code < 4 ? 0 : (code >> 1) - 1)
const distanceBase = (code: number): number => (code < 4 ? code + 1 : ((2 + (code & 1)) << ((code >> 1) - 1)) + 1)

/**
 * The DEFLATE stream for the same bytes but the first, made by leaving out its symbol: of all other bits none changes,
 * except that some move. `null` when the first byte is not a literal or when something later refers to it.
 *
 * @throws RangeError when the stream is damaged.
 */
export function dropFirstByte(stream: Uint8Array): Uint8Array | null {
  const reader = new BitReader(stream, 0)
  const writer = new BitWriter(stream.length + 8)
  let position = 0
  let copied = 0
  for (let last = 0; last === 0; ) {
    last = reader.bit()
    const kind = reader.bits(2)
    if (kind === 3) throw new RangeError('no such block')
    if (kind === 0) {
      writer.copy(stream, copied, reader.at)
      position += copyStored(reader, writer, position === 0)
      copied = reader.at
      continue
    }
    const codes = kind === 1 ? fixedCodes : readCodes(reader)
    if (position === 0) {
      writer.copy(stream, copied, reader.at)
      if (readSymbol(reader, codes.literals) >= END) return null
      copied = reader.at
      position = 1
    }
    const next = skipSymbols(reader, codes, position)
    if (next === null) return null
    position = next
  }
  writer.copy(stream, copied, reader.at)
  return writer.bytes()
}

/** A stored block begins on a whole byte, which may now be another one. */
function copyStored(reader: BitReader, writer: BitWriter, isFirst: boolean): number {
  reader.align()
  writer.align()
  const length = reader.bits(16)
  reader.bits(16)
  const skipped = isFirst ? 1 : 0
  const end = reader.at + length * 8
  if (length < skipped || end > reader.bytes.length * 8) throw new RangeError('a stored block is cut short')
  writer.bits(length - skipped, 16)
  writer.bits(~(length - skipped), 16)
  writer.copy(reader.bytes, reader.at + skipped * 8, end)
  reader.at = end
  return length
}

/** The position behind a block, or `null` when it refers to the very first byte. */
function skipSymbols(reader: BitReader, codes: Codes, start: number): number | null {
  for (let position = start; ; ) {
    const symbol = readSymbol(reader, codes.literals)
    if (symbol === END) return position
    if (symbol < END) {
      position++
      continue
    }
    const length = (LENGTH_BASE[symbol - 257] ?? 0) + reader.bits(LENGTH_EXTRA[symbol - 257] ?? 0)
    const code = readSymbol(reader, codes.distances)
    if (distanceBase(code) + reader.bits(distanceExtra(code)) >= position) return null
    position += length
  }
}
