import { latin1 } from '../inspect/bytes.js'
import { DamagedPdfError, PdfTooLargeError } from './damaged.js'
import { decodeFully } from './filters.js'
import { Lexer, type Tally } from './lexer.js'
import { MAX_DECODED, MAX_INDEX_STREAM } from './limits.js'
import { readObject } from './object.js'
import { countOf, type Dict, nameOf, Ref, type Resolve, Stream, type Value } from './values.js'
import { type Index, readIndex } from './xref.js'

/** An open file: objects are read as they are asked for, and then kept. */
export interface Document {
  /** As in its first line: `1.7`. */
  readonly version: string
  /** The newest first. */
  readonly trailers: readonly Dict[]
  readonly resolve: Resolve
}

/** References that may lead to one another. */
const MAX_HOPS = 8

/**
 * Opens a file.
 *
 * @throws {DamagedPdfError} here or on resolving, {@link PdfTooLargeError} likewise.
 */
export function openDocument(file: Uint8Array): Document {
  const head = latin1(file, 0, 1024)
  const start = head.indexOf('%PDF-')
  const version = /^%PDF-(\d\.\d)/.exec(head.slice(start))?.[1]
  if (start < 0 || version === undefined) throw new DamagedPdfError('no version in its first line')
  // Offsets count from the first line, whatever stands before it.
  const bytes = file.subarray(start)
  const tally: Tally = { values: 0 }
  const index = readIndex(bytes, tally)
  return { version, trailers: index.trailers, resolve: resolver(bytes, index, tally) }
}

function resolver(bytes: Uint8Array, index: Index, tally: Tally): Resolve {
  const objects = new Map<number, Value>()
  const containers = new Map<number, Map<number, Value>>()
  const opening = new Set<number>()
  let decoded = 0

  function resolve(value: Value | undefined): Value {
    let found = value ?? null
    for (let hops = 0; found instanceof Ref; hops++) {
      if (hops > MAX_HOPS) throw new DamagedPdfError('references lead to no object')
      found = load(found)
    }
    return found
  }

  function load({ num, gen }: Ref): Value {
    const known = objects.get(num)
    if (known !== undefined) return known
    const place = index.places.get(num) ?? null
    // A reference to what is not there stands for null (ISO 32000-1, 7.3.10).
    if (place === null) return null
    if (opening.has(num)) throw new DamagedPdfError(`object ${num} is needed to read itself`)
    opening.add(num)
    const value = 'at' in place ? loadAt(num, gen, place.at, place.gen) : loadFrom(num, place.container)
    opening.delete(num)
    objects.set(num, value)
    return value
  }

  function loadAt(num: number, gen: number, at: number, placeGen: number): Value {
    const found = readObject(new Lexer(bytes, at, tally), resolve)
    if (found.num !== num || found.gen !== placeGen || gen !== placeGen) {
      throw new DamagedPdfError(`object ${num} is not at byte ${at}`)
    }
    return found.value
  }

  function loadFrom(num: number, container: number): Value {
    let held = containers.get(container)
    if (held === undefined) {
      held = openContainer(container)
      containers.set(container, held)
    }
    const value = held.get(num)
    if (value === undefined) throw new DamagedPdfError(`object ${num} is not in object stream ${container}`)
    return value
  }

  function openContainer(num: number): Map<number, Value> {
    const stream = load(new Ref(num, 0))
    if (!(stream instanceof Stream) || nameOf(stream.dict.get('Type')) !== 'ObjStm') {
      throw new DamagedPdfError(`object ${num} is no object stream`)
    }
    const data = decodeFully(stream, resolve, MAX_INDEX_STREAM)
    if (data === null) throw new DamagedPdfError(`object stream ${num} does not decode`)
    decoded += data.length
    if (decoded > MAX_DECODED) throw new PdfTooLargeError('object streams are too long')
    return readContained(data, stream.dict, tally)
  }

  return resolve
}

/** The objects of an object stream (7.5.7). */
function readContained(data: Uint8Array, dict: Dict, tally: Tally): Map<number, Value> {
  const count = countOf(dict.get('N')) ?? 0
  const first = countOf(dict.get('First'))
  if (first === null || first > data.length || count * 2 > data.length) {
    throw new DamagedPdfError('an object stream has no layout')
  }
  const lexer = new Lexer(data, 0, tally)
  const places: [number, number][] = []
  for (let i = 0; i < count; i++) places.push([lexer.readCount(), lexer.readCount()])
  return new Map(places.map(([num, at]) => [num, new Lexer(data, first + at, tally).readValue()]))
}
