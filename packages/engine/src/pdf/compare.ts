import type { Scale } from '../resize/size.js'
import { compareFontFiles, compareStreams } from './compare-streams.js'
import { DamagedPdfError, PdfTooLargeError } from './damaged.js'
import { openDocument } from './document.js'
import { isMergeable } from './merge.js'
import { type Model, readModel } from './model.js'
import { isEncrypted, protectionOf } from './protection.js'
import { isPrivateEntry } from './prune.js'
import { type Dict, Digits, dictOf, isDict, Name, numberOf, Ref, Stream, Text, type Value } from './values.js'

/** Why a result must not stand in for its source, or `null`. */
export type Objection = string | null

/** What a comparison allows. */
export interface Tolerance {
  /** Whether pictures without a codec of their own must keep every sample. */
  readonly exact: boolean
  /** What was to happen to the size of pictures. */
  readonly resize?: Scale | undefined
}

/** Entries that may differ from what they were because of how a stream is stored. */
const STORAGE = ['Length', 'Filter', 'DecodeParms', 'DP', 'DL']

/** Entries of a picture that are compared with its samples. */
const PICTURE = ['ColorSpace', 'BitsPerComponent', 'Width', 'Height']

interface Pair {
  readonly source: Value
  readonly result: Value
  /** How the pair was reached, for the objection. */
  readonly path: string
}

/**
 * Whether a result says all that its source says: walks both from the catalog and the document information and compares
 * every object, so that pages, boxes, text, fonts, links, fields, attachments, tags and outlines are all the same.
 * Streams are compared decoded, pictures by what they are of. What {@link prune} takes out may be missing, and so may
 * tables of fonts that readers do not use.
 */
export async function comparePdf(
  source: Uint8Array,
  result: Uint8Array,
  tolerance: Tolerance = { exact: false },
): Promise<Objection> {
  try {
    return compareModels(open(source), open(result), tolerance)
  } catch (error) {
    if (error instanceof DamagedPdfError || error instanceof PdfTooLargeError) return error.message
    throw error
  }
}

function open(bytes: Uint8Array): Model {
  const document = openDocument(bytes)
  if (isEncrypted(document)) throw new DamagedPdfError('it is encrypted')
  const model = readModel(document)
  if (protectionOf(model) !== null) throw new DamagedPdfError('it is protected')
  return model
}

function compareModels(source: Model, result: Model, tolerance: Tolerance): Objection {
  const walk = new Walk(source, result, tolerance)
  return walk.run([
    { source: source.trailer.root, result: result.trailer.root, path: '' },
    ...(result.trailer.info === null ? [] : infoPairs(source, result)),
  ])
}

/** The title is the one entry that must be there. */
function infoPairs(source: Model, result: Model): Pair[] {
  const kept = dictOf(result.resolve(result.trailer.info)) ?? new Map<string, Value>()
  const all = dictOf(source.resolve(source.trailer.info)) ?? new Map<string, Value>()
  const keys = new Set([...kept.keys(), ...(all.has('Title') ? ['Title'] : [])])
  return [...keys].map((key) => ({ source: all.get(key) ?? null, result: kept.get(key) ?? null, path: `/Info/${key}` }))
}

class Walk {
  readonly #source: Model
  readonly #result: Model
  readonly #tolerance: Tolerance
  /** Where a source's object is in the result, and the other way round. */
  readonly #places = new Map<number, number>()
  readonly #origins = new Map<number, number>()
  readonly #waiting: Pair[] = []

  constructor(source: Model, result: Model, tolerance: Tolerance) {
    this.#source = source
    this.#result = result
    this.#tolerance = tolerance
  }

  run(pairs: readonly Pair[]): Objection {
    this.#waiting.push(...pairs)
    for (let pair = this.#waiting.pop(); pair !== undefined; pair = this.#waiting.pop()) {
      const why = this.#compare(pair)
      if (why !== null) return `${pair.path || '/'}: ${why}`
    }
    return null
  }

  #compare({ source, result, path }: Pair): Objection {
    const a = this.#source.resolve(source)
    const b = this.#result.resolve(result)
    if (source instanceof Ref && result instanceof Ref && a !== null && b !== null) {
      const known = this.#places.get(source.num)
      if (known === result.num) return null
      if (known !== undefined) return 'one object became two'
      this.#places.set(source.num, result.num)
      const origin = this.#origins.get(result.num)
      if (origin !== undefined && !isMergeable(a, this.#source.resolve, false)) return 'two objects became one'
      this.#origins.set(result.num, source.num)
    }
    return this.#compareValues(a, b, path)
  }

  #compareValues(a: Value, b: Value, path: string): Objection {
    if (a instanceof Stream && b instanceof Stream) return this.#compareStreams(a, b, path)
    if (Array.isArray(a) && Array.isArray(b)) {
      if (a.length !== b.length) return `${a.length} values became ${b.length}`
      for (const [i, one] of a.entries())
        this.#waiting.push({ source: one, result: b[i] ?? null, path: `${path}/${i}` })
      return null
    }
    if (isDict(a) && isDict(b)) return this.#compareDicts(a, b, a, path, [])
    return isSame(a, b) ? null : 'a value changed'
  }

  #compareStreams(a: Stream, b: Stream, path: string): Objection {
    if (path.endsWith('/FontFile2')) return this.#compareFonts(a, b, path)
    const isPicture = this.#source.resolve(a.dict.get('Subtype')) instanceof Name && a.dict.has('Width')
    const why = this.#compareDicts(a.dict, b.dict, a, path, isPicture ? [...STORAGE, ...PICTURE] : STORAGE)
    if (why !== null) return why
    const compared = compareStreams(a, b, this.#source, this.#result, this.#tolerance)
    if (compared.objection !== null) return compared.objection
    for (const [source, result] of compared.spaces) this.#waiting.push({ source, result, path: `${path}/ColorSpace` })
    return null
  }

  #compareFonts(a: Stream, b: Stream, path: string): Objection {
    const why = this.#compareDicts(a.dict, b.dict, a, path, [...STORAGE, 'Length1'])
    return why ?? compareFontFiles(a, b, this.#source, this.#result)
  }

  #compareDicts(a: Dict, b: Dict, holder: Value, path: string, skipped: readonly string[]): Objection {
    for (const key of new Set([...a.keys(), ...b.keys()])) {
      if (skipped.includes(key)) continue
      const source = a.get(key) ?? null
      const result = b.get(key) ?? null
      if (!b.has(key) && isPrivateEntry(this.#source, a, holder, key)) continue
      if (!a.has(key) && this.#result.resolve(result) !== null) return `${key} was added`
      this.#waiting.push({ source, result, path: `${path}/${key}` })
    }
    return null
  }
}

function isSame(a: Value, b: Value): boolean {
  if (a instanceof Name) return b instanceof Name && a.text === b.text
  if (a instanceof Text) return b instanceof Text && a.bytes === b.bytes
  if (a instanceof Digits || typeof a === 'number') return numberOf(a) === numberOf(b)
  return a === b
}
