import { hash } from 'node:crypto'

/*
 * Verdicts that something stays as it is, many in one file that proves itself:
 *
 *   offset  length
 *        0       8  magic, "cfkept1" and a line feed
 *        8      32  SHA-256 over everything that follows
 *       40       4  number of keys N, big endian
 *       44       4  length R of the reasons, big endian
 *       48       R  reasons, a JSON list of texts
 *     48+R    32×N  keys in their order
 *           + 2×N   for each the day of its last use, since 1970
 *           + 1×N   for each the place of its reason in the list
 */

/** Why something stays as it is, and the day of its last use, counted from 1970. */
export interface KeptRecord {
  readonly reason: string
  readonly day: number
}

/** Records that can be looked up without being read one by one. */
export interface KeptTable {
  /** The record of a key, 64 hex digits. */
  find(key: string): KeptRecord | undefined
  /** All of them by key. */
  all(): Map<string, KeptRecord>
}

const magic = Buffer.from('cfkept1\n', 'latin1')
const digestAt = magic.byteLength
const bodyAt = digestAt + 32
const reasonsAt = bodyAt + 8
const keyLength = 32

/** Bytes of one record. */
export const recordLength: number = keyLength + 2 + 1

// As many as a byte can tell apart.
const mostReasons = 256

/** The file's bytes. Records beyond 256 different reasons are left out: each has an entry of its own. */
export function encodeKept(records: ReadonlyMap<string, KeptRecord>): Buffer {
  const reasons = [...new Set([...records.values()].map(({ reason }) => reason))].slice(0, mostReasons)
  const places = new Map(reasons.map((reason, place) => [reason, place]))
  const rows = [...records].filter(([, { reason }]) => places.has(reason)).sort(([a], [b]) => (a < b ? -1 : 1))
  const list = Buffer.from(JSON.stringify(reasons))
  const keysAt = reasonsAt + list.byteLength
  const daysAt = keysAt + rows.length * keyLength
  const file = Buffer.alloc(keysAt + rows.length * recordLength)
  file.set(magic, 0)
  file.writeUInt32BE(rows.length, bodyAt)
  file.writeUInt32BE(list.byteLength, bodyAt + 4)
  file.set(list, reasonsAt)
  for (const [index, [key, { reason, day }]] of rows.entries()) {
    file.write(key, keysAt + index * keyLength, 'hex')
    file.writeUInt16BE(day, daysAt + index * 2)
    file.writeUInt8(places.get(reason) ?? 0, daysAt + rows.length * 2 + index)
  }
  file.set(hash('sha256', file.subarray(bodyAt), 'buffer'), digestAt)
  return file
}

/** The table in a file, or `undefined` for one that is not whole. */
export function decodeKept(file: Buffer): KeptTable | undefined {
  if (file.byteLength < reasonsAt || !file.subarray(0, digestAt).equals(magic)) return undefined
  if (!hash('sha256', file.subarray(bodyAt), 'buffer').equals(file.subarray(digestAt, bodyAt))) return undefined
  const count = file.readUInt32BE(bodyAt)
  const keysAt = reasonsAt + file.readUInt32BE(bodyAt + 4)
  if (file.byteLength !== keysAt + count * recordLength) return undefined
  const reasons = parseReasons(file.toString('utf8', reasonsAt, keysAt))
  return reasons && createTable({ file, count, keysAt, reasons })
}

interface Parts {
  readonly file: Buffer
  readonly count: number
  readonly keysAt: number
  readonly reasons: readonly string[]
}

function createTable({ file, count, keysAt, reasons }: Parts): KeptTable {
  const daysAt = keysAt + count * keyLength
  const placesAt = daysAt + count * 2
  // The beginnings of keys tell nearly all of them apart, and comparing numbers takes a tenth of comparing bytes.
  const beginnings = Uint32Array.from({ length: count }, (_, index) => file.readUInt32BE(keysAt + index * keyLength))
  return {
    find(key) {
      const wanted = Number.parseInt(key.slice(0, 8), 16)
      for (let index = firstFrom(wanted); beginnings[index] === wanted; index++) {
        if (keyAt(index) === key) return recordAt(index)
      }
      return undefined
    },
    all() {
      const records = new Map<string, KeptRecord>()
      for (let index = 0; index < count; index++) {
        const record = recordAt(index)
        if (record) records.set(keyAt(index), record)
      }
      return records
    },
  }

  /** The first place whose key does not begin with less. */
  function firstFrom(wanted: number): number {
    let [low, high] = [0, count]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((beginnings[middle] ?? 0) < wanted) low = middle + 1
      else high = middle
    }
    return low
  }

  function keyAt(index: number): string {
    const at = keysAt + index * keyLength
    return file.toString('hex', at, at + keyLength)
  }

  function recordAt(index: number): KeptRecord | undefined {
    const reason = reasons[file.readUInt8(placesAt + index)]
    return reason === undefined ? undefined : { reason, day: file.readUInt16BE(daysAt + index * 2) }
  }
}

function parseReasons(text: string): string[] | undefined {
  try {
    const list: unknown = JSON.parse(text)
    return Array.isArray(list) && list.every((reason) => typeof reason === 'string') ? list : undefined
  } catch {
    return undefined
  }
}
