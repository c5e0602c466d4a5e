/** A file in an archive. */
export interface Entry {
  readonly name: string
  readonly bytes: Blob
}

/** Sizes and places have 32 bits in the plain form of the format, and numbers of files 16. */
const MOST_BYTES = 0xffff_ffff
const MOST_FILES = 0xffff

/** Whether files fit into one archive, with room for what stands between them. */
export function fitsInZip(entries: readonly Entry[]): boolean {
  const bytes = entries.reduce((sum, { name, bytes: { size } }) => sum + size + 6 * name.length + 200, 0)
  return entries.length < MOST_FILES && bytes < MOST_BYTES
}

/** An archive of files as they are (method "stored"): they are compressed already. */
export async function zip(entries: readonly Entry[]): Promise<Blob> {
  const parts: BlobPart[] = []
  const directory: BlobPart[] = []
  let at = 0
  let directoryBytes = 0
  for (const { name, bytes } of distinct(entries)) {
    const encoded = new TextEncoder().encode(name)
    const facts = factsOf({ crc: await crc32(bytes), size: bytes.size, nameBytes: encoded.length })
    parts.push(record(0x0403_4b50, facts, []), encoded, bytes)
    const rest: readonly Field[] = [
      [2, 0],
      [2, 0],
      [2, 0],
      [4, 0],
      [4, at],
    ]
    directory.push(record(0x0201_4b50, [[2, VERSION], ...facts], rest), encoded)
    at += 30 + encoded.length + bytes.size
    directoryBytes += 46 + encoded.length
  }
  const counts: readonly Field[] = [
    [2, 0],
    [2, 0],
    [2, entries.length],
    [2, entries.length],
  ]
  const end = record(0x0605_4b50, [...counts, [4, directoryBytes], [4, at], [2, 0]], [])
  return new Blob([...parts, ...directory, end], { type: 'application/zip' })
}

/** How many bytes, and the number in them. */
type Field = readonly [bytes: 2 | 4, value: number]

/** Version 2.0 of the format. */
const VERSION = 20
/** Names are in UTF-8. */
const UTF8 = 0x0800
/** The first day that the format knows: when a result was made tells nobody anything. */
const DATE = 0x0021

/** What an archive says of a file both before it and in its directory. */
function factsOf({ crc, size, nameBytes }: { crc: number; size: number; nameBytes: number }): Field[] {
  return [
    [2, VERSION],
    [2, UTF8],
    [2, 0],
    [2, 0],
    [2, DATE],
    [4, crc],
    [4, size],
    [4, size],
    [2, nameBytes],
    [2, 0],
  ]
}

function record(signature: number, facts: readonly Field[], rest: readonly Field[]): ArrayBuffer {
  const fields: readonly Field[] = [[4, signature], ...facts, ...rest]
  const view = new DataView(new ArrayBuffer(fields.reduce((sum, [bytes]) => sum + bytes, 0)))
  let at = 0
  for (const [bytes, value] of fields) {
    if (bytes === 2) view.setUint16(at, value, true)
    else view.setUint32(at, value, true)
    at += bytes
  }
  return view.buffer
}

/** Two files of one name must not become one file when they are unpacked. */
function distinct(entries: readonly Entry[]): Entry[] {
  const taken = new Set<string>()
  return entries.map(({ name, bytes }) => {
    const dot = name.includes('.') ? name.lastIndexOf('.') : name.length
    let free = name
    for (let number = 2; taken.has(free); number += 1) free = `${name.slice(0, dot)} (${number})${name.slice(dot)}`
    taken.add(free)
    return { name: free, bytes }
  })
}

const table = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb8_8320 : value >>> 1
  return value
})

async function crc32(blob: Blob): Promise<number> {
  let crc = 0xffff_ffff
  const reader = blob.stream().getReader()
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    for (const byte of value ?? []) crc = (table[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8)
  }
  return (crc ^ 0xffff_ffff) >>> 0
}
