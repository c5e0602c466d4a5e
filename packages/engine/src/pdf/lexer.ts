import { latin1 } from '../inspect/bytes.js'
import { hexValue, isDigit, isRegular, isSpace } from './characters.js'
import { DamagedPdfError, PdfTooLargeError } from './damaged.js'
import { MAX_DEPTH, MAX_VALUES } from './limits.js'
import { type Dict, Digits, Name, Ref, Text, type Value } from './values.js'

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)$/

const KEYWORDS = new Map<string, null | boolean>([
  ['null', null],
  ['true', true],
  ['false', false],
])

const ESCAPES = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['b', '\b'],
  ['f', '\f'],
])

/** How many values were read from a file, over all lexers. */
export interface Tally {
  values: number
}

/** Reads values from bytes (ISO 32000-1, 7.2 and 7.3). It repairs nothing. */
export class Lexer {
  readonly bytes: Uint8Array
  at: number
  readonly #tally: Tally

  constructor(bytes: Uint8Array, at: number, tally: Tally) {
    this.bytes = bytes
    this.at = at
    this.#tally = tally
  }

  skipSpace(): void {
    for (;;) {
      while (isSpace(this.bytes[this.at])) this.at++
      if (this.bytes[this.at] !== 0x25) return
      while (this.at < this.bytes.length && this.bytes[this.at] !== 0x0a && this.bytes[this.at] !== 0x0d) this.at++
    }
  }

  /** Whether a keyword comes next; it is taken if so. */
  take(keyword: string): boolean {
    this.skipSpace()
    const end = this.at + keyword.length
    for (let i = 0; i < keyword.length; i++) {
      if (this.bytes[this.at + i] !== keyword.charCodeAt(i)) return false
    }
    if (isRegular(this.bytes[end])) return false
    this.at = end
    return true
  }

  /** A whole number without sign. */
  readCount(): number {
    this.skipSpace()
    const value = Number(this.#readWhile(isDigit, 10))
    if (isRegular(this.bytes[this.at])) throw this.#damaged('a number is expected')
    return value
  }

  readValue(depth = 0): Value {
    if (depth > MAX_DEPTH) throw new PdfTooLargeError('values are nested too deeply')
    if (++this.#tally.values > MAX_VALUES) throw new PdfTooLargeError('there are too many values')
    this.skipSpace()
    switch (this.bytes[this.at]) {
      case 0x2f:
        return this.#readName()
      case 0x28:
        return this.#readString()
      case 0x5b:
        return this.#readArray(depth)
      case 0x3c:
        return this.bytes[this.at + 1] === 0x3c ? this.#readDict(depth) : this.#readHex()
      default:
        return this.#readWord()
    }
  }

  #readWord(): Value {
    const start = this.at
    const word = this.#readWhile(isRegular, 64)
    const keyword = KEYWORDS.get(word)
    if (keyword !== undefined) return keyword
    if (!NUMBER.test(word)) throw this.#damaged('no value', start)
    const number = Number(word)
    if (!Number.isSafeInteger(number) || String(number) !== word) return new Digits(word)
    return number < 0 ? number : (this.#readRef(number) ?? number)
  }

  /** What a whole number may be the start of. */
  #readRef(num: number): Ref | null {
    let at = this.at
    if (!isSpace(this.bytes[at])) return null
    while (isSpace(this.bytes[at])) at++
    const start = at
    while (isDigit(this.bytes[at]) && at - start < 6) at++
    const end = at
    while (isSpace(this.bytes[at])) at++
    if (end === start || at === end || this.bytes[at] !== 0x52 || isRegular(this.bytes[at + 1])) return null
    this.at = at + 1
    return new Ref(num, Number(latin1(this.bytes, start, end)))
  }

  #readName(): Name {
    this.at++
    let text = this.#readWhile(isRegular, 1024)
    if (text.includes('#')) {
      text = text.replace(/#([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
    }
    return new Name(text)
  }

  #readArray(depth: number): Value[] {
    this.at++
    const values: Value[] = []
    for (;;) {
      this.skipSpace()
      if (this.bytes[this.at] === 0x5d) break
      values.push(this.readValue(depth + 1))
    }
    this.at++
    return values
  }

  #readDict(depth: number): Dict {
    this.at += 2
    const dict: Dict = new Map()
    for (;;) {
      this.skipSpace()
      if (this.bytes[this.at] === 0x3e) break
      if (this.bytes[this.at] !== 0x2f) throw this.#damaged('a key is expected')
      const key = this.#readName().text
      if (dict.has(key)) throw this.#damaged(`the key ${key} stands twice`)
      const value = this.readValue(depth + 1)
      if (value !== null) dict.set(key, value)
    }
    if (this.bytes[this.at + 1] !== 0x3e) throw this.#damaged('a dictionary does not end')
    this.at += 2
    return dict
  }

  #readHex(): Text {
    this.at++
    const end = this.bytes.indexOf(0x3e, this.at)
    if (end < 0) throw this.#damaged('a string does not end')
    const digits: number[] = []
    for (; this.at < end; this.at++) {
      const byte = this.bytes[this.at]
      if (isSpace(byte)) continue
      if (hexValue(byte) < 0) throw this.#damaged('a string holds no hexadecimal digits')
      digits.push(hexValue(byte))
    }
    this.at++
    const bytes = Buffer.alloc(Math.ceil(digits.length / 2))
    for (let i = 0; i < bytes.length; i++) bytes[i] = ((digits[2 * i] ?? 0) << 4) | (digits[2 * i + 1] ?? 0)
    return new Text(bytes.toString('latin1'))
  }

  #readString(): Text {
    const start = ++this.at
    for (let open = 1; ; this.at++) {
      const byte = this.bytes[this.at]
      if (byte === undefined) throw this.#damaged('a string does not end', start)
      if (byte === 0x5c) this.at++
      else if (byte === 0x28) open++
      else if (byte === 0x29 && --open === 0) break
    }
    const raw = latin1(this.bytes, start, this.at++)
    return new Text(/[\\\r]/.test(raw) ? unescapeText(raw) : raw)
  }

  #readWhile(accept: (byte: number | undefined) => boolean, most: number): string {
    const start = this.at
    while (accept(this.bytes[this.at])) this.at++
    if (this.at - start > most) throw this.#damaged('a word is too long', start)
    if (this.at === start && accept === isDigit) throw this.#damaged('a number is expected', start)
    return latin1(this.bytes, start, this.at)
  }

  #damaged(why: string, at: number = this.at): DamagedPdfError {
    return new DamagedPdfError(`${why} at byte ${at}`)
  }
}

/** A literal string's bytes (7.3.4.2). */
function unescapeText(raw: string): string {
  return raw.replace(/\\([0-7]{1,3}|\r\n|[\s\S])|\r\n?/g, (whole, escaped: string | undefined) => {
    if (escaped === undefined) return '\n'
    if (/^[0-7]/.test(escaped)) return String.fromCharCode(Number.parseInt(escaped, 8) & 255)
    if (/^[\r\n]/.test(escaped)) return ''
    return ESCAPES.get(escaped) ?? whole.slice(1)
  })
}
