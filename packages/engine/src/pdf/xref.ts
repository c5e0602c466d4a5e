import { latin1 } from '../inspect/bytes.js'
import { isDigit } from './characters.js'
import { DamagedPdfError, PdfTooLargeError } from './damaged.js'
import { decodeFully } from './filters.js'
import { Lexer, type Tally } from './lexer.js'
import { MAX_INDEX_STREAM, MAX_OBJECTS } from './limits.js'
import { readObject } from './object.js'
import { countOf, type Dict, isDict, nameOf, Stream, type Value } from './values.js'

/** Where an object is: at a byte, or in an object stream. */
export type Place = { readonly at: number; readonly gen: number } | { readonly container: number } | null

/** What all cross-reference sections together say. */
export interface Index {
  /** Free objects are `null`. */
  readonly places: Map<number, Place>
  /** The newest first. */
  readonly trailers: readonly Dict[]
}

/** Reads the cross-reference sections, the newest first (ISO 32000-1, 7.5.4 to 7.5.8). */
export function readIndex(bytes: Uint8Array, tally: Tally): Index {
  const places: Index['places'] = new Map()
  const trailers: Dict[] = []
  const waiting = [startOf(bytes)]
  const seen = new Set<number>()
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    // Linearized files may name a section twice.
    if (seen.has(at)) continue
    seen.add(at)
    const lexer = new Lexer(bytes, at, tally)
    const trailer = lexer.take('xref') ? readTable(lexer, places) : readStream(lexer, places)
    trailers.push(trailer)
    // Of a hybrid section, what its stream adds comes before what is older.
    for (const key of ['Prev', 'XRefStm']) if (trailer.has(key)) waiting.push(offset(trailer.get(key), bytes))
    if (places.size > MAX_OBJECTS) throw new PdfTooLargeError('there are too many objects')
  }
  return { places, trailers }
}

function startOf(bytes: Uint8Array): number {
  const tail = Math.max(0, bytes.length - 2048)
  const at = latin1(bytes, tail).lastIndexOf('startxref')
  if (at < 0) throw new DamagedPdfError('no startxref at the end')
  return offset(new Lexer(bytes, tail + at + 'startxref'.length, { values: 0 }).readCount(), bytes)
}

function offset(value: Value | undefined, bytes: Uint8Array): number {
  const at = countOf(value)
  if (at === null || at >= bytes.length) throw new DamagedPdfError('a cross-reference section lies outside the file')
  return at
}

function readTable(lexer: Lexer, places: Index['places']): Dict {
  while (!lexer.take('trailer')) {
    const first = lexer.readCount()
    const count = lexer.readCount()
    if (first + count > MAX_OBJECTS * 20) throw new PdfTooLargeError('there are too many objects')
    for (let i = 0; i < count; i++) {
      const at = lexer.readCount()
      const gen = lexer.readCount()
      if (lexer.take('n')) add(places, first + i, { at, gen })
      else if (lexer.take('f')) add(places, first + i, null)
      else throw new DamagedPdfError(`a cross-reference entry is neither used nor free at byte ${lexer.at}`)
    }
  }
  const trailer = lexer.readValue()
  if (!isDict(trailer)) throw new DamagedPdfError('a trailer is no dictionary')
  return trailer
}

function readStream(lexer: Lexer, places: Index['places']): Dict {
  lexer.skipSpace()
  if (!isDigit(lexer.bytes[lexer.at])) throw new DamagedPdfError(`no cross-reference section at byte ${lexer.at}`)
  const { value } = readObject(lexer, direct)
  if (!(value instanceof Stream) || nameOf(value.dict.get('Type')) !== 'XRef') {
    throw new DamagedPdfError('a cross-reference stream is none')
  }
  const data = decodeFully(value, direct, MAX_INDEX_STREAM)
  if (data === null) throw new DamagedPdfError('a cross-reference stream does not decode')
  readEntries(data, value.dict, places)
  return value.dict
}

/** The cross-reference stream itself may refer to nothing. */
function direct(value: Value | undefined): Value {
  return value ?? null
}

function readEntries(data: Uint8Array, dict: Dict, places: Index['places']): void {
  const widths = counts(dict.get('W'))
  const size = countOf(dict.get('Size'))
  const ranges = dict.has('Index') ? counts(dict.get('Index')) : [0, size ?? 0]
  const [kindWidth = 0, width = 0, lastWidth = 0] = widths
  const entry = kindWidth + width + lastWidth
  if (widths.length !== 3 || entry === 0 || widths.some((one) => one > 8) || size === null) {
    throw new DamagedPdfError('a cross-reference stream has no layout')
  }
  const total = ranges.reduce((sum, count, i) => (i % 2 === 1 ? sum + count : sum), 0)
  if (total * entry > data.length) throw new DamagedPdfError('a cross-reference stream is cut short')
  let at = 0
  for (let i = 0; i < ranges.length; i += 2) {
    const first = ranges[i] ?? 0
    for (let num = first; num < first + (ranges[i + 1] ?? 0); num++, at += entry) {
      const kind = kindWidth === 0 ? 1 : bigEndian(data, at, kindWidth)
      const second = bigEndian(data, at + kindWidth, width)
      const third = bigEndian(data, at + kindWidth + width, lastWidth)
      add(places, num, kind === 1 ? { at: second, gen: third } : kind === 2 ? { container: second } : null)
    }
  }
}

function counts(value: Value | undefined): number[] {
  const list = Array.isArray(value) ? value.map(countOf) : []
  const known = list.filter((one) => one !== null)
  return known.length === list.length ? known : []
}

function bigEndian(data: Uint8Array, at: number, width: number): number {
  let value = 0
  for (let i = 0; i < width; i++) value = value * 256 + (data[at + i] ?? 0)
  return value
}

/** Newer sections are read first. */
function add(places: Index['places'], num: number, place: Place): void {
  if (!places.has(num)) places.set(num, place)
}
