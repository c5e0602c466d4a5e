import { latin1 } from '../inspect/bytes.js'
import { MAX_PICTURE_PIXELS } from './limits.js'

/** What a look at a PDF's bytes says, without reading its objects: a hint for whoever plans the work, no verdict. */
export interface PdfFacts {
  /** As in its first line; `null` when there is none. */
  readonly version: string | null
  readonly signed: boolean
  readonly encrypted: boolean
  readonly linearized: boolean
  /** Whether it claims to be PDF/A. */
  readonly archival: boolean
  /** What its page tree says; `null` when that is compressed. */
  readonly pages: number | null
  /** Pixels of all pictures whose size can be read and that are decoded; for an estimate of time and memory. */
  readonly pixels: number
  /** Pixels of the largest of them. */
  readonly largest: number
}

/** Trailers, and the dictionary that makes a file linearized, stand near its ends. */
const HEAD = 2048
const TAIL = 65_536

/** Looks at the bytes, once from front to back. It cannot fail, and sees nothing inside compressed streams. */
export function inspectPdf(bytes: Uint8Array): PdfFacts {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const head = latin1(bytes, 0, HEAD)
  const ends = head + latin1(bytes, Math.max(HEAD, bytes.length - TAIL))
  return {
    version: /%PDF-(\d\.\d)/.exec(head)?.[1] ?? null,
    signed: buffer.includes('/ByteRange'),
    encrypted: /\/Encrypt\s*(?:\d+\s+\d+\s+R|<<)/.test(ends),
    linearized: /\/Linearized\s/.test(head),
    archival: buffer.includes('pdfaid:'),
    pages: countPages(buffer),
    ...countPixels(buffer),
  }
}

/** The largest count of any page tree node. */
function countPages(buffer: Buffer): number | null {
  let most: number | null = null
  for (const around of placesOf(buffer, '/Pages', 512)) {
    if (!/\/Type\s*\/Pages\b/.test(around)) continue
    const count = /\/Count\s+(\d{1,7})\b/.exec(around)?.[1]
    if (count !== undefined) most = Math.max(most ?? 0, Number(count))
  }
  return most
}

function countPixels(buffer: Buffer): Pick<PdfFacts, 'pixels' | 'largest'> {
  let pixels = 0
  let largest = 0
  for (const around of placesOf(buffer, '/Image', 512)) {
    if (!/\/Subtype\s*\/Image\b/.test(around)) continue
    const width = /\/Width\s+(\d{1,6})\b/.exec(around)?.[1]
    const height = /\/Height\s+(\d{1,6})\b/.exec(around)?.[1]
    const own = Number(width ?? 0) * Number(height ?? 0)
    if (own > MAX_PICTURE_PIXELS) continue
    pixels += own
    largest = Math.max(largest, own)
  }
  return { pixels, largest }
}

/** What stands around every occurrence of a text, within one object as far as that can be told. */
function* placesOf(buffer: Buffer, text: string, reach: number): Generator<string> {
  for (let at = buffer.indexOf(text); at >= 0; at = buffer.indexOf(text, at + text.length)) {
    const around = buffer.toString('latin1', Math.max(0, at - reach), at + reach)
    const middle = Math.min(at, reach)
    const start = around.lastIndexOf(' obj', middle)
    const end = around.slice(middle).search(/stream|endobj/)
    yield around.slice(Math.max(0, start), end < 0 ? undefined : middle + end)
  }
}
