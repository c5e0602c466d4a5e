import { DamagedPdfError } from './damaged.js'
import type { Document } from './document.js'
import { childrenOf, type Dict, dictOf, isDict, Ref, type Resolve, type Value } from './values.js'

/** A file as the objects its catalog leads to, free to be changed. */
export interface Model {
  readonly version: string
  /** By their number, in the order in which the catalog leads to them. */
  readonly objects: Map<number, Value>
  /** No object has a higher number. */
  highest: number
  readonly trailer: Trailer
  readonly catalog: Dict
  readonly resolve: Resolve
}

/** What of a trailer outlives its cross-reference section. */
export interface Trailer {
  readonly root: Ref
  info: Value
  readonly id: Value
}

/** Reads all objects that the catalog and the document information lead to. */
export function readModel(document: Document): Model {
  const newest = document.trailers[0]
  const root = newest?.get('Root')
  const catalog = document.resolve(root)
  if (!(root instanceof Ref) || !isDict(catalog)) throw new DamagedPdfError('no catalog')
  const trailer = { root, info: newest?.get('Info') ?? null, id: document.resolve(newest?.get('ID')) }
  const objects = collect([trailer.root, trailer.info, trailer.id], document.resolve)
  const resolve = (value: Value | undefined): Value => {
    let found = value ?? null
    for (let hops = 0; found instanceof Ref && hops < 16; hops++) found = objects.get(found.num) ?? null
    return found
  }
  let highest = 0
  for (const num of objects.keys()) highest = Math.max(highest, num)
  return { version: document.version, objects, highest, trailer, catalog, resolve }
}

/** Makes a value an object of its own. */
export function addObject(model: Model, value: Value): Ref {
  model.highest += 1
  model.objects.set(model.highest, value)
  return new Ref(model.highest, 0)
}

/** The same objects without those that nothing leads to any more. */
export function withoutUnused(model: Model): Model {
  const { root, info, id } = model.trailer
  return { ...model, objects: collect([root, info, id], model.resolve) }
}

/** Everything that `roots` lead to, depth first in the order of the file's own dictionaries. */
function collect(roots: readonly Value[], resolve: Resolve): Map<number, Value> {
  const objects = new Map<number, Value>()
  const waiting: Value[] = [...roots].reverse()
  while (waiting.length > 0) {
    const next = waiting.pop() ?? null
    if (next instanceof Ref) {
      const value = objects.has(next.num) ? null : resolve(next)
      // What is not there is null wherever it is named.
      if (value === null) continue
      objects.set(next.num, value)
      pushChildren(waiting, value)
    } else {
      pushChildren(waiting, next)
    }
  }
  return objects
}

/** Last child first. One by one: an array may be longer than a call may have arguments. */
function pushChildren(waiting: Value[], value: Value): void {
  for (const child of [...childrenOf(value)].reverse()) waiting.push(child)
}

/** Every dictionary, also those inside other values and of streams. */
export function* dictsOf(objects: Iterable<Value>): Generator<{ dict: Dict; holder: Value }> {
  for (const object of objects) {
    const waiting: Value[] = [object]
    while (waiting.length > 0) {
      const value = waiting.pop() ?? null
      const dict = dictOf(value)
      if (dict !== null) yield { dict, holder: value }
      for (const child of childrenOf(value)) waiting.push(child)
    }
  }
}
