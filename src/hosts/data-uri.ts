/** How the media types begin of what may be inlined, as a regular expression: images, PDF, and Office files. */
export const inlinedTypes = 'image/|application/(?:pdf|vnd\\.(?:openxmlformats|ms-(?:word|powerpoint|excel)))'

/** The texts that data URIs of these types begin with, for the filters of bundlers. */
export const inlinedMarks: string[] = ['data:image/', 'data:application/pdf', 'data:application/vnd.']

/** A file inlined in text, and where. */
export interface DataUri {
  /** Position of `data:`, and of the first character behind the data. */
  readonly start: number
  readonly end: number
  readonly bytes: Uint8Array
  /** The text that says the same with other bytes, fit for the place where it stands. */
  readonly write: (bytes: Uint8Array) => string
}

/** Cheap test before a search. */
export function mayHoldDataUri(text: string): boolean {
  return inlinedMarks.some((mark) => text.includes(mark))
}

/**
 * Finds inlined files in JavaScript, CSS or HTML. Only forms that can be replaced without knowing the language are
 * found: base64, whose letters mean the same everywhere, and percent-encoded SVG between quotes or parentheses.
 */
export function findDataUris(text: string): DataUri[] {
  return [...findBase64(text), ...findSvg(text)].sort((a, b) => a.start - b.start)
}

// The longest media type of an Office file has 74 letters.
const base64Start = new RegExp(`data:(?:${inlinedTypes})[a-z0-9.+-]{0,80};base64,`, 'gi')

function findBase64(text: string): DataUri[] {
  return [...text.matchAll(base64Start)].flatMap((match): DataUri[] => {
    const from = match.index + match[0].length
    const letters = /[A-Za-z0-9+/]*={0,2}/y
    letters.lastIndex = from
    const encoded = letters.exec(text)?.[0] ?? ''
    // A length that is no multiple of four is cut off, concatenated or escaped: not ours to touch.
    if (encoded.length === 0 || encoded.length % 4 !== 0) return []
    const bytes = Buffer.from(encoded, 'base64')
    return [{ start: match.index, end: from + encoded.length, bytes, write: (better) => match[0] + base64(better) }]
  })
}

function base64({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64')
}

function findSvg(text: string): DataUri[] {
  return [...text.matchAll(/data:image\/svg\+xml(?:;charset=(?:utf-?8|us-ascii))?(?:;utf-?8)?,/gi)].flatMap(
    (match): DataUri[] => {
      const from = match.index + match[0].length
      const encoded = withoutFragment(text.slice(from, endOfSvg(text, text[match.index - 1], from)))
      const end = from + encoded.length
      const svg = decode(encoded)
      if (svg === undefined) return []
      const write = (better: Uint8Array) => match[0] + encodeLike(encoded, Buffer.from(better).toString())
      return [{ start: match.index, end, bytes: Buffer.from(svg), write }]
    },
  )
}

/** Where the delimiter that opened before the data closes again; nowhere gives an empty stretch. */
function endOfSvg(text: string, opening: string | undefined, from: number): number {
  if (opening === undefined || !`"'\`(`.includes(opening)) return from
  return Math.max(from, text.indexOf(opening === '(' ? ')' : opening, from))
}

/** Behind the drawing an address may name a part of it, such as a filter. What looks like that within it is a colour. */
function withoutFragment(encoded: string): string {
  return encoded.replace(/(?<=>|%3e)#[^<>#%]*$/i, '')
}

/** The text behind percent-encoding, or `undefined` where the surrounding language has its own say in it. */
function decode(encoded: string): string | undefined {
  // A backslash escapes, `${` interpolates, a line break ends strings, `&` may begin an HTML entity.
  if (encoded === '' || /[\\\n\r&]|\$\{/.test(encoded)) return undefined
  try {
    return decodeURIComponent(encoded)
  } catch {
    return undefined
  }
}

/**
 * Percent-encodes an SVG. Besides letters that are safe everywhere, only those stay readable that stood in the text
 * before: what did not end a string or a `url()` there does not end it now.
 */
function encodeLike(before: string, svg: string): string {
  const readable = [...` '"()[]`].filter((character) => before.includes(character))
  const quotes = readable.filter((character) => `'"`.includes(character))
  const text = quotes.length === 1 && quotes[0] !== undefined ? requote(svg, quotes[0]) : svg
  const kept = new Set(readable)
  return text.replace(/[^A-Za-z0-9=:/;,.@+*!?|~_-]/gu, (character) =>
    kept.has(character) ? character : percent(character),
  )
}

/** Gives attribute values the quote that needs no encoding. Tags only: quotes in text are seen by readers. */
function requote(svg: string, quote: string): string {
  const other = quote === "'" ? '"' : "'"
  const attribute = new RegExp(`=${other}([^'"<>]*)${other}`, 'g')
  return svg.replace(/<[^<>!?][^<>]*>/g, (tag) => tag.replace(attribute, `=${quote}$1${quote}`))
}

function percent(character: string): string {
  return [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
}
