import { hasText, latin1 } from './bytes.js'

/** A root element further back than this is not looked for; comments before it are seldom longer than a licence. */
const sniffedBytes = 64 * 1024
/** Looked at first, because a build's other text files show in a few characters that they are no XML. */
const peekedBytes = 512

/**
 * Whether text has `svg` as its root element, with or without a namespace prefix. A byte order mark, white space,
 * comments, processing instructions and a document type may stand before it. UTF-16 is not read.
 */
export function looksLikeSvg(bytes: Uint8Array): boolean {
  const start = hasText(bytes, '\xef\xbb\xbf') ? 3 : 0
  if (!/^\s*</.test(latin1(bytes, start, start + peekedBytes))) return false
  const text = latin1(bytes, start, start + sniffedBytes)
  const root = rootAt(text)
  return root >= 0 && /^<(?:[A-Za-z_][\w.-]{0,63}:)?svg[\s/>]/.test(text.slice(root, root + 80))
}

/** Where the root element begins, -1 when the text ends before it or is no XML. */
function rootAt(text: string): number {
  let at = 0
  while (at >= 0) {
    at = skipSpace(text, at)
    if (text.startsWith('<?', at)) at = after(text, '?>', at)
    else if (text.startsWith('<!--', at)) at = after(text, '-->', at)
    else if (/^<!doctype\s/i.test(text.slice(at, at + 10))) at = afterDoctype(text, at + 2)
    else return text[at] === '<' ? at : -1
  }
  return -1
}

function skipSpace(text: string, at: number): number {
  const space = /\s*/y
  space.lastIndex = at
  space.test(text)
  return space.lastIndex
}

function after(text: string, end: string, at: number): number {
  const found = text.indexOf(end, at)
  return found < 0 ? -1 : found + end.length
}

/**
 * Behind a document type declaration that begins at or before `from`, -1 when it does not end. Quoted texts, comments
 * and the internal subset between brackets may hold `>`.
 */
export function afterDoctype(xml: string, from: number): number {
  const stops = /["'[\]>]|<!--/g
  stops.lastIndex = from
  let inside = false
  for (let stop = stops.exec(xml); stop; stop = stops.exec(xml)) {
    const [found] = stop
    if (found === '[' || found === ']') inside = found === '['
    else if (found === '>') {
      if (!inside) return stops.lastIndex
    } else {
      const close = found === '<!--' ? '-->' : found
      const end = xml.indexOf(close, stops.lastIndex)
      if (end < 0) return -1
      stops.lastIndex = end + close.length
    }
  }
  return -1
}
