import { type Dict, Digits, Name, Ref, Stream, Text, type Value } from './values.js'

/** New number of an object, or `null` when it is no longer there. */
export type Renumber = (num: number) => number | null

/** A value as it stands in a file, one character per byte, with as little white space as the syntax allows. */
export function serialize(value: Value, renumber: Renumber): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return String(value)
  if (value instanceof Digits) return value.text
  if (value instanceof Name) return serializeName(value.text)
  if (value instanceof Text) return serializeText(value.bytes)
  if (value instanceof Ref) {
    const num = renumber(value.num)
    return num === null ? 'null' : `${num} 0 R`
  }
  if (Array.isArray(value)) return serializeArray(value, renumber)
  return serializeDict(value instanceof Stream ? value.dict : value, renumber)
}

function serializeDict(dict: Dict, renumber: Renumber): string {
  let text = '<<'
  for (const [key, value] of dict) text += serializeName(key) + spaced(serialize(value, renumber))
  return `${text}>>`
}

function serializeArray(values: readonly Value[], renumber: Renumber): string {
  let text = '['
  for (const value of values) {
    const part = serialize(value, renumber)
    text += text === '[' ? part : spaced(part)
  }
  return `${text}]`
}

/** With white space before it, unless its first character ends the token before. */
function spaced(text: string): string {
  return /^[/([<]/.test(text) ? text : ` ${text}`
}

function serializeName(text: string): string {
  return `/${text.replace(/[^!-~]|[#()<>[\]{}/%]/g, (one) => `#${one.charCodeAt(0).toString(16).padStart(2, '0')}`)}`
}

function serializeText(bytes: string): string {
  return `(${bytes.replace(/[()\\\r]/g, (one) => (one === '\r' ? '\\r' : `\\${one}`))})`
}
