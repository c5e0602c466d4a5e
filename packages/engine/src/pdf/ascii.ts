import { hexValue, isSpace } from './characters.js'

/** ASCIIHexDecode (ISO 32000-1, 7.4.2), or `null` when it is damaged. */
export function decodeHex(data: Uint8Array): Uint8Array | null {
  const out = new Uint8Array(Math.ceil(data.length / 2))
  let digits = 0
  for (const byte of data) {
    if (byte === 0x3e) return out.subarray(0, Math.ceil(digits / 2))
    if (isSpace(byte)) continue
    const value = hexValue(byte)
    if (value < 0) return null
    out[digits >> 1] = (out[digits >> 1] ?? 0) | (digits % 2 === 0 ? value << 4 : value)
    digits++
  }
  return null
}

/** ASCII85Decode (7.4.3), or `null` when it is damaged. */
export function decodeAscii85(data: Uint8Array, limit: number): Uint8Array | null {
  if (data.length * 4 > limit) return null
  const out = new Uint8Array(data.length * 4)
  let size = 0
  let group = 0
  let count = 0
  const flush = (bytes: number): void => {
    for (let i = 0; i < bytes; i++) out[size++] = Math.floor(group / 256 ** (3 - i)) & 255
    group = 0
    count = 0
  }
  for (const [at, byte] of data.entries()) {
    if (isSpace(byte)) continue
    if (byte === 0x7a && count === 0) flush(4)
    else if (byte === 0x7e) {
      if (data[at + 1] !== 0x3e || count === 1) return null
      if (count > 0) {
        const bytes = count - 1
        for (; count < 5; count++) group = group * 85 + 84
        flush(bytes)
      }
      return out.subarray(0, size)
    } else if (byte < 0x21 || byte > 0x75) return null
    else {
      group = group * 85 + byte - 0x21
      if (group > 0xffffffff) return null
      if (++count === 5) flush(4)
    }
  }
  return null
}

/** RunLengthDecode (7.4.5), or `null` when it is damaged. */
export function decodeRunLength(data: Uint8Array, limit: number): Uint8Array | null {
  const parts: Uint8Array[] = []
  let size = 0
  for (let at = 0; at < data.length; ) {
    const length = data[at] ?? 128
    if (length === 128) return Buffer.concat(parts)
    const part =
      length < 128 ? data.subarray(at + 1, at + 2 + length) : new Uint8Array(257 - length).fill(data[at + 1] ?? 0)
    at += length < 128 ? 2 + length : 2
    size += part.length
    if (at > data.length || size > limit) return null
    parts.push(part)
  }
  return null
}
