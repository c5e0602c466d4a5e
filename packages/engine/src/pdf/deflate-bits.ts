/** Bits of a DEFLATE stream, the lowest of each byte first (RFC 1951, 3.1.1). */
export class BitReader {
  readonly bytes: Uint8Array
  /** The next bit. */
  at: number

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes
    this.at = at
  }

  bit(): number {
    if (this.at >= this.bytes.length * 8) throw new RangeError('the bits end early')
    const bit = ((this.bytes[this.at >> 3] ?? 0) >> (this.at & 7)) & 1
    this.at++
    return bit
  }

  bits(count: number): number {
    let value = 0
    for (let i = 0; i < count; i++) value |= this.bit() << i
    return value
  }

  align(): void {
    this.at = (this.at + 7) & ~7
  }
}

/** Collects bits. */
export class BitWriter {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity)
  }

  bits(value: number, count: number): void {
    for (let i = 0; i < count; i++, this.#at++) {
      const byte = this.#at >> 3
      this.#bytes[byte] = (this.#bytes[byte] ?? 0) | (((value >> i) & 1) << (this.#at & 7))
    }
  }

  /** The bits from one place up to another. */
  copy(source: Uint8Array, from: number, to: number): void {
    let at = from
    // Whole bytes of the target as soon as it is aligned.
    while (at < to && (this.#at & 7) !== 0) this.bits((source[at >> 3] ?? 0) >> (at++ & 7), 1)
    const shift = at & 7
    for (; to - at >= 8; at += 8, this.#at += 8) {
      const low = (source[at >> 3] ?? 0) >> shift
      this.#bytes[this.#at >> 3] = shift === 0 ? low : low | ((source[(at >> 3) + 1] ?? 0) << (8 - shift))
    }
    while (at < to) this.bits((source[at >> 3] ?? 0) >> (at++ & 7), 1)
  }

  align(): void {
    this.#at = (this.#at + 7) & ~7
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, (this.#at + 7) >> 3)
  }
}
