/** Characters 0 to 255 of a byte range; what lies outside `bytes` is left out. */
export function latin1(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return view.toString('latin1', Math.min(start, bytes.length), Math.min(end, bytes.length))
}

/** The bytes of a text whose characters are all below 256. */
export function latin1Bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'))
}

/** Whether `text` (characters below 256) stands in `bytes` at `at`. */
export function hasText(bytes: Uint8Array, text: string, at = 0): boolean {
  if (at + text.length > bytes.length) return false
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false
  return true
}

/** The parts behind one another, in new memory. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Two bytes, most significant first. */
export function u16be(value: number): Uint8Array {
  return Uint8Array.of(value >>> 8, value)
}

/** Four bytes, most significant first. */
export function u32be(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value)
}

/** Three bytes, least significant first. */
export function u24le(value: number): Uint8Array {
  return Uint8Array.of(value, value >>> 8, value >>> 16)
}

/** Four bytes, least significant first. */
export function u32le(value: number): Uint8Array {
  return Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24)
}
