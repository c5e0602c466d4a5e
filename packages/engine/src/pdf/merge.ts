import { createHash } from 'node:crypto'
import type { Model } from './model.js'
import { serialize } from './serialize.js'
import { type Dict, dictOf, isDict, nameOf, Ref, type Resolve, Stream, type Value } from './values.js'

/** Dictionaries that say what something looks like, and of which it does not matter how many there are. */
const DESCRIPTIONS = new Set(['Font', 'FontDescriptor', 'ExtGState', 'Encoding'])

/** Streams that are a thing of their own, told by more than their content. */
const INDIVIDUALS = new Set(['EmbeddedFile', 'Metadata'])

/** Rounds of merging: fonts become equal once their descriptors are, those once their files are. */
const MAX_ROUNDS = 8

/** Lets all references to equal streams, fonts and the like lead to the first of them. */
export function mergeEqual(model: Model): void {
  const digests = new Map<Stream, string>()
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const twins = findTwins(model, digests)
    if (twins.size === 0) return
    for (const num of twins.keys()) model.objects.delete(num)
    for (const object of model.objects.values()) redirect(object, twins)
    model.trailer.info = redirected(model.trailer.info, twins)
  }
}

/** What object stands in for which. */
function findTwins(model: Model, digests: Map<Stream, string>): Map<number, Ref> {
  const first = new Map<string, Ref>()
  const twins = new Map<number, Ref>()
  const keepForms = model.catalog.has('AcroForm')
  for (const [num, object] of model.objects) {
    if (!isMergeable(object, model.resolve, keepForms)) continue
    const key = keyOf(object, digests)
    const twin = first.get(key)
    if (twin === undefined) first.set(key, new Ref(num, 0))
    else twins.set(num, twin)
  }
  return twins
}

/** Whether it does not matter how many objects of this content there are. */
export function isMergeable(object: Value, resolve: Resolve, keepForms: boolean): boolean {
  const type = nameOf(resolve(dictOf(object)?.get('Type'))) ?? ''
  if (isDict(object)) return DESCRIPTIONS.has(type)
  // Colour spaces; other arrays may be lists that grow.
  if (Array.isArray(object)) return nameOf(object[0]) === 'ICCBased' || nameOf(object[0]) === 'Indexed'
  if (!(object instanceof Stream) || INDIVIDUALS.has(type)) return false
  // A form field's appearance is rewritten in place as somebody fills it in.
  return !keepForms || nameOf(resolve(object.dict.get('Subtype'))) !== 'Form'
}

/** Equal for equal objects only. References stand as they are, so equal parts must be merged first. */
function keyOf(object: Value, digests: Map<Stream, string>): string {
  const text = serialize(
    object instanceof Stream ? sorted(object.dict) : isDict(object) ? sorted(object) : object,
    (n) => n,
  )
  if (!(object instanceof Stream)) return text
  let digest = digests.get(object)
  if (digest === undefined) {
    digest = createHash('sha256').update(object.raw).digest('base64')
    digests.set(object, digest)
  }
  return `${digest} ${text}`
}

function sorted(dict: Dict): Dict {
  return new Map([...dict].filter(([key]) => key !== 'Length').sort(([a], [b]) => (a < b ? -1 : 1)))
}

function redirect(value: Value, twins: Map<number, Ref>): void {
  if (Array.isArray(value)) {
    for (const [i, child] of value.entries()) {
      value[i] = redirected(child, twins)
      redirect(child, twins)
    }
    return
  }
  for (const [key, child] of dictOf(value) ?? []) {
    dictOf(value)?.set(key, redirected(child, twins))
    redirect(child, twins)
  }
}

function redirected(value: Value, twins: Map<number, Ref>): Value {
  return value instanceof Ref ? (twins.get(value.num) ?? value) : value
}
