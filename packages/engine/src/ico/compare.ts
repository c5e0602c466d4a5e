import { decodeEntry } from './decode.js'
import { readIco } from './file.js'

/** What two icon files tell apart, or `null`: kind, number and order of pictures, their directory, every pixel. */
export async function compareIcos(source: Uint8Array, result: Uint8Array): Promise<string | null> {
  const a = readIco(source)
  const b = readIco(result)
  if (a.kind !== b.kind || a.entries.length !== b.entries.length) return 'another number or kind of pictures'
  for (const [i, { head, data }] of a.entries.entries()) {
    const other = b.entries[i]
    if (other === undefined || Buffer.compare(head, other.head) !== 0) return 'another entry in the directory'
    if (Buffer.compare(data, other.data) === 0) continue
    const [before, after] = [await decodeEntry(data), await decodeEntry(other.data)]
    if (before.width !== after.width || before.height !== after.height) return 'a picture of another size'
    if (Buffer.compare(before.data, after.data) !== 0) return 'pixels changed'
  }
  return null
}
