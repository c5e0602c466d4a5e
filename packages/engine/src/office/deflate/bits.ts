/** Writes bits, the lowest of a number first. */
export class BitWriter {
  #bytes = new Uint8Array(65_536)
  #length = 0
  #pending = 0
  #count = 0

  /** At most 16 bits at once. */
  write(value: number, count: number): void {
    this.#pending |= value << this.#count
    this.#count += count
    while (this.#count >= 8) {
      this.#push(this.#pending & 0xff)
      this.#pending >>>= 8
      this.#count -= 8
    }
  }

  /** Everything written, the last byte filled with zeros. */
  finish(): Uint8Array {
    if (this.#count > 0) this.#push(this.#pending & 0xff)
    return this.#bytes.slice(0, this.#length)
  }

  #push(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(this.#length * 2)
      larger.set(this.#bytes)
      this.#bytes = larger
    }
    this.#bytes[this.#length++] = byte
  }
}
