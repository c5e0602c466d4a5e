import { readSync } from 'node:fs'

/** The first bytes of an open file: `size` of them, or as many as there are. */
export function readBytes(file: number, size: number): Buffer {
  // Not of the pool, so that what is kept of it keeps nothing else.
  return fillFrom(file, Buffer.allocUnsafeSlow(size))
}

/** The first bytes of an open file, as many as fit or as there are: a view into the space given. */
export function fillFrom(file: number, space: Buffer): Buffer {
  let length = 0
  while (length < space.byteLength) {
    const bytesRead = readSync(file, space, length, space.byteLength - length, length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return space.subarray(0, length)
}
