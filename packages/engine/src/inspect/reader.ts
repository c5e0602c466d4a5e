import type { Format } from '../types.js'
import { BrokenImageError } from './broken.js'
import { latin1 } from './bytes.js'

/**
 * Most chunks, segments, boxes or frames of one file. Real files have up to some thousand; a part may take four bytes in
 * the file and takes a few hundred in memory.
 */
const MOST_PARTS = 400_000

/**
 * Reads numbers and ranges one behind the other. Never looks past the end: asking for more than is left raises
 * `BrokenImageError`. `be` and `le` say which byte comes first, the most or the least significant.
 */
export class Reader {
  readonly bytes: Uint8Array
  readonly format: Format
  position = 0
  #parts = 0

  constructor(bytes: Uint8Array, format: Format, position = 0) {
    this.bytes = bytes
    this.format = format
    this.position = position
  }

  /** Bytes not read yet. */
  get left(): number {
    return this.bytes.length - this.position
  }

  u8(): number {
    this.#need(1)
    return this.bytes[this.position++] ?? 0
  }

  u16be(): number {
    return this.u8() * 0x100 + this.u8()
  }

  u16le(): number {
    return this.u8() + this.u8() * 0x100
  }

  u24le(): number {
    return this.u16le() + this.u8() * 0x10000
  }

  u32be(): number {
    return this.u16be() * 0x10000 + this.u16be()
  }

  u32le(): number {
    return this.u16le() + this.u16le() * 0x10000
  }

  /** Exact up to 2^53; larger values lose their last bits, which no offset in a file can need. */
  u64be(): number {
    return this.u32be() * 0x100000000 + this.u32be()
  }

  /** A number of 0, 1, 2, 4 or 8 bytes, as formats with a stated field size have them. */
  uint(size: number): number {
    if (size === 0) return 0
    if (size === 1) return this.u8()
    if (size === 2) return this.u16be()
    if (size === 4) return this.u32be()
    if (size === 8) return this.u64be()
    throw this.broken(`a field of ${size} bytes`)
  }

  /** The next `length` bytes, as a view. */
  take(length: number): Uint8Array {
    this.#need(length)
    this.position += length
    return this.bytes.subarray(this.position - length, this.position)
  }

  skip(length: number): void {
    this.#need(length)
    this.position += length
  }

  text(length: number): string {
    return latin1(this.take(length))
  }

  /** Counts a part of the file. @throws BrokenImageError at one more than any real file has */
  countPart(): void {
    this.#parts += 1
    if (this.#parts > MOST_PARTS) throw this.broken(`more than ${MOST_PARTS} parts`)
  }

  /** The error to throw when what was read makes no sense. */
  broken(why: string): BrokenImageError {
    return new BrokenImageError(this.format, why)
  }

  #need(length: number): void {
    if (length > this.left) throw this.broken(`it ends ${length - this.left} bytes early`)
  }
}
