/** A name, without its slash, escapes resolved; one character per byte. */
export class Name {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** A string's bytes, one character each. */
export class Text {
  readonly bytes: string

  constructor(bytes: string) {
    this.bytes = bytes
  }
}

/** A number whose digits a double might not give back as they were. */
export class Digits {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** A reference to an indirect object. */
export class Ref {
  readonly num: number
  readonly gen: number

  constructor(num: number, gen: number) {
    this.num = num
    this.gen = gen
  }
}

/** A dictionary; entries whose value is null are absent. */
export type Dict = Map<string, Value>

/** A stream: what is said of it, and its bytes as stored, which no one may change in place. */
export class Stream {
  readonly dict: Dict
  raw: Uint8Array

  constructor(dict: Dict, raw: Uint8Array) {
    this.dict = dict
    this.raw = raw
  }
}

/** What an object may be (ISO 32000-1, 7.3). Streams are indirect objects only. */
export type Value = null | boolean | number | Digits | Name | Text | Ref | Value[] | Dict | Stream

/** Follows references, however many. */
export type Resolve = (value: Value | undefined) => Value

export function isDict(value: Value | undefined): value is Dict {
  return value instanceof Map
}

/** The dictionary of a dictionary or a stream. */
export function dictOf(value: Value | undefined): Dict | null {
  if (value instanceof Stream) return value.dict
  return isDict(value) ? value : null
}

/** A name's text, or `null`. */
export function nameOf(value: Value | undefined): string | null {
  return value instanceof Name ? value.text : null
}

/** A number, or `null`. */
export function numberOf(value: Value | undefined): number | null {
  if (typeof value === 'number') return value
  return value instanceof Digits ? Number(value.text) : null
}

/** A whole number from 0 up, or `null`. */
export function countOf(value: Value | undefined): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : null
}

/** The values that a value holds directly. */
export function childrenOf(value: Value): Iterable<Value> {
  if (Array.isArray(value)) return value
  return dictOf(value)?.values() ?? []
}
