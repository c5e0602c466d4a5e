import { crc32, inflateRawSync } from 'node:zlib'
import { BrokenZipError } from './reasons.js'
import type { ZipEntry } from './zip.js'
import { method } from './zip-records.js'

/** An entry's content; a view when it is stored. @throws BrokenZipError when it is not what the directory says */
export function unpack(entry: ZipEntry): Uint8Array {
  const content = entry.method === method.stored ? entry.data : inflate(entry)
  if (content.length !== entry.size) throw new BrokenZipError(`${entry.name} unpacks to another size`)
  if (crc32(content) !== entry.crc) throw new BrokenZipError(`${entry.name} has another checksum`)
  return content
}

/** What Node returns with `info: true`; its types do not say so. */
interface Inflated {
  readonly buffer: Uint8Array
  readonly engine: { readonly bytesWritten: number }
}

function inflate({ name, data, size }: ZipEntry): Uint8Array {
  let result: unknown
  try {
    result = inflateRawSync(data, { maxOutputLength: Math.max(1, size), info: true })
  } catch {
    throw new BrokenZipError(`${name} does not unpack`)
  }
  const { buffer, engine } = result as Inflated
  // A stream that ends early hides the bytes behind it.
  if (engine.bytesWritten !== data.length) throw new BrokenZipError(`${name} ends before its data does`)
  return buffer
}
