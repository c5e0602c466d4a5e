import { childrenOf, Digits, dictOf, isDict, nameOf, Ref, Stream, type Value } from './values.js'

/** Most objects of one object stream: readers take one apart as a whole to get at any of its objects. */
const MOST = 500

/**
 * Which objects share an object stream: those of a kind next to one another, because that is what deflates well.
 */
export function packContainers(objects: ReadonlyMap<number, Value>): number[][] {
  const kinds = new Map<string, number[]>()
  for (const [num, object] of objects) {
    if (object instanceof Stream) continue
    const kind = kindOf(object)
    const list = kinds.get(kind)
    if (list === undefined) kinds.set(kind, [num])
    else list.push(num)
  }
  const all = [...kinds.values()].flat()
  const count = Math.ceil(all.length / MOST)
  const size = Math.ceil(all.length / Math.max(1, count))
  return Array.from({ length: count }, (_, i) => all.slice(i * size, (i + 1) * size))
}

/** What an object is, as far as that can be told from its own keys. */
function kindOf(object: Value): string {
  if (Array.isArray(object)) return `[${[...new Set([...childrenOf(object)].slice(0, 8).map(shapeOf))].join('')}`
  if (!isDict(object)) return shapeOf(object)
  const dict = dictOf(object)
  return [
    nameOf(dict?.get('Type')),
    nameOf(dict?.get('Subtype')),
    nameOf(dict?.get('S')),
    ...(dict?.keys() ?? []),
  ].join()
}

function shapeOf(value: Value): string {
  if (typeof value === 'number' || value instanceof Digits) return 'n'
  if (value instanceof Ref) return 'r'
  if (Array.isArray(value)) return '['
  if (isDict(value)) return '<'
  return nameOf(value) ?? 's'
}
