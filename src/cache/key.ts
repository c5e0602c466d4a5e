import { hash } from 'node:crypto'

/** Raised when the meaning of a key's parts changes, so that results of older versions are no longer found. */
const schema = 1

/** Everything that decides which bytes come out. */
export interface KeyParts {
  /** SHA-256 of the input, in hex. */
  readonly digest: string
  /** What the input is, such as `jpeg`. */
  readonly format: string
  /** All settings that can change the result; plain data, where a key that is `undefined` counts as absent. */
  readonly settings: Readonly<Record<string, unknown>>
  readonly engine: { readonly id: string; readonly version: string }
}

/**
 * The name of a result: SHA-256 in hex over everything that decides it.
 * @throws TypeError when the settings hold more than plain data.
 */
export function cacheKey({ digest, ...rest }: KeyParts): string {
  return createKeyer(rest)(digest)
}

/** `cacheKey` for many inputs that have everything else in common, which is spelled once. */
export function createKeyer({ format, settings, engine }: Omit<KeyParts, 'digest'>): (digest: string) => string {
  const { id, version } = engine
  const text = canonicalJson({ schema, digest: '', format, settings, engine: { id, version } })
  // Keys are sorted, so that of the digest comes first, and its value is hex, which needs no escapes.
  const [before, after] = [text.slice(0, '{"digest":"'.length), text.slice('{"digest":"'.length)]
  return (digest) => hash('sha256', before + digest + after)
}

/** SHA-256 of bytes, in lower-case hex. */
export function digestOf(bytes: Uint8Array): string {
  return hash('sha256', bytes)
}

/**
 * JSON with one spelling per value: keys sorted, no white space, keys that are `undefined` left out.
 * @throws TypeError for what JSON would silently drop or turn into something else (functions, NaN, `RegExp`, `Map`,
 * `undefined` in a list, cycles), because two different values would then share one spelling.
 */
export function canonicalJson(value: unknown): string {
  return spell(value, [])
}

function spell(value: unknown, parents: readonly object[]): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value)
  if (typeof value !== 'object' || parents.includes(value)) throw notPlain(value)
  const within = [...parents, value]
  if (Array.isArray(value)) return `[${Array.from(value, (item: unknown) => spell(item, within)).join(',')}]`
  if (!isPlainObject(value)) throw notPlain(value)
  const members = Object.keys(value)
    .filter((name) => value[name] !== undefined)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${spell(value[name], within)}`)
  return `{${members.join(',')}}`
}

function isPlainObject(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

function notPlain(value: unknown): TypeError {
  const what = typeof value === 'object' ? 'a cycle or an object of a class' : `${typeof value} ${String(value)}`
  return new TypeError(`A cache key is made of plain JSON data, and this is not: ${what}.`)
}
