import { inflateSync } from 'node:zlib'
import { decodeAscii85, decodeHex, decodeRunLength } from './ascii.js'
import { decodeLzw } from './lzw.js'
import { unpredict } from './predictor.js'
import { countOf, type Dict, dictOf, Name, type Resolve, type Stream } from './values.js'

/** One step of a stream's decoding. */
export interface Filter {
  readonly name: string
  readonly parms: Dict | null
}

/** What is left of a stream once all filters that are no picture codecs are undone. */
export interface Decoded {
  readonly data: Uint8Array
  /** The filters still to undo: none, or a picture codec. */
  readonly rest: readonly Filter[]
}

/** Filters that are undone here; DCT, JPX, CCITTFax and JBIG2 are not, nor is Crypt. */
const DECODERS: Record<
  string,
  (data: Uint8Array, parms: (key: string) => number | null, limit: number) => Uint8Array | null
> = {
  FlateDecode: (data, parms, limit) => undoRows(inflate(data, limit), parms),
  LZWDecode: (data, parms, limit) => undoRows(decodeLzw(data, parms('EarlyChange') === 0 ? 0 : 1, limit), parms),
  ASCIIHexDecode: (data) => decodeHex(data),
  ASCII85Decode: (data, _, limit) => decodeAscii85(data, limit),
  RunLengthDecode: (data, _, limit) => decodeRunLength(data, limit),
}

const SHORT: Record<string, string> = {
  Fl: 'FlateDecode',
  LZW: 'LZWDecode',
  AHx: 'ASCIIHexDecode',
  A85: 'ASCII85Decode',
  RL: 'RunLengthDecode',
  DCT: 'DCTDecode',
  CCF: 'CCITTFaxDecode',
}

/** The filters of a stream in the order of decoding, or `null` when they cannot be told or its data lie elsewhere. */
export function filtersOf(stream: Stream, resolve: Resolve): Filter[] | null {
  if (stream.dict.has('F')) return null
  const names = listed(resolve(stream.dict.get('Filter')))
  const parms = listed(resolve(stream.dict.get('DecodeParms') ?? stream.dict.get('DP')))
  const filters: Filter[] = []
  for (const [i, value] of names.entries()) {
    const name = resolve(value)
    if (!(name instanceof Name)) return null
    filters.push({ name: SHORT[name.text] ?? name.text, parms: dictOf(resolve(parms[i])) })
  }
  return filters
}

function listed<T>(value: T | T[] | null): T[] {
  if (value === null) return []
  return Array.isArray(value) ? value : [value]
}

/** Undoes filters up to the first picture codec; `null` when that fails or gives more than `limit` bytes. */
export function decodeStream(stream: Stream, resolve: Resolve, limit: number): Decoded | null {
  const filters = filtersOf(stream, resolve)
  if (filters === null || filters.length > 8) return null
  let data: Uint8Array | null = stream.raw
  for (const [i, { name, parms }] of filters.entries()) {
    const decode = DECODERS[name]
    if (decode === undefined) return { data, rest: filters.slice(i) }
    data = decode(data, (key) => countOf(resolve(parms?.get(key))), limit)
    if (data === null) return null
  }
  return data.length > limit ? null : { data, rest: [] }
}

/** All bytes of a stream that no picture codec holds. */
export function decodeFully(stream: Stream, resolve: Resolve, limit: number): Uint8Array | null {
  const decoded = decodeStream(stream, resolve, limit)
  return decoded?.rest.length === 0 ? decoded.data : null
}

function inflate(data: Uint8Array, limit: number): Uint8Array | null {
  try {
    return inflateSync(data, { maxOutputLength: Math.max(1, limit) })
  } catch {
    return null
  }
}

function undoRows(data: Uint8Array | null, parms: (key: string) => number | null): Uint8Array | null {
  if (data === null) return null
  const predictor = parms('Predictor') ?? 1
  return unpredict(data, {
    predictor,
    colors: parms('Colors') ?? 1,
    bits: parms('BitsPerComponent') ?? 8,
    columns: parms('Columns') ?? 1,
  })
}
