import { readSync } from 'node:fs'

/** The first bytes of an open file: `size` of them, or as many as there are. */
export function readBytes(file: number, size: number): Buffer {
  // Not of the pool, so that what is kept of it keeps nothing else.
  const bytes = Buffer.allocUnsafeSlow(size)
  let length = 0
  while (length < size) {
    const bytesRead = readSync(file, bytes, length, size - length, length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return bytes.subarray(0, length)
}
