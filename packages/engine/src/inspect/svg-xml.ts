import { BrokenImageError } from './broken.js'
import { afterDoctype } from './sniff-svg.js'

/** An element's opening tag. */
export interface XmlTag {
  /** As written, with its prefix. */
  readonly name: string
  /** Values with character references resolved, by name as written. */
  readonly attributes: ReadonlyMap<string, string>
}

/** What a document holds, in its order. */
export type XmlEvent =
  | { readonly kind: 'open'; readonly tag: XmlTag; readonly depth: number }
  | { readonly kind: 'text'; readonly text: string; readonly parent: string }
  | { readonly kind: 'instruction' | 'doctype'; readonly text: string }

/**
 * Walks an XML document in time that grows with its length alone. Knows as much of XML as judging an SVG takes;
 * entities of the document type are not put in. @throws BrokenImageError when tags do not match or something ends early
 */
export function* readXml(xml: string): Generator<XmlEvent> {
  const open: string[] = []
  let at = 0
  while (at < xml.length) {
    const next = xml.indexOf('<', at)
    const end = next < 0 ? xml.length : next
    const text = xml.slice(at, end)
    if (open.length === 0 && text.trim() !== '') throw broken('text outside the root element')
    if (text !== '') yield { kind: 'text', text: resolveReferences(text), parent: open.at(-1) ?? '' }
    if (next < 0) break
    if (xml.startsWith('<!--', next)) at = after(xml, '-->', next + 4)
    else if (xml.startsWith('<![CDATA[', next)) {
      at = after(xml, ']]>', next + 9)
      yield { kind: 'text', text: xml.slice(next + 9, at - 3), parent: open.at(-1) ?? '' }
    } else if (xml.startsWith('<?', next)) {
      at = after(xml, '?>', next + 2)
      yield { kind: 'instruction', text: xml.slice(next + 2, at - 2) }
    } else if (xml.startsWith('<!', next)) {
      at = afterDoctype(xml, next + 2)
      if (at < 0) throw broken('a document type without end')
      yield { kind: 'doctype', text: xml.slice(next + 2, at - 1) }
    } else if (xml.startsWith('</', next)) {
      at = after(xml, '>', next + 2)
      if (open.pop() !== xml.slice(next + 2, at - 1).trimEnd()) throw broken('a closing tag that closes nothing')
    } else {
      const { tag, end: tagEnd, closed } = readTag(xml, next)
      yield { kind: 'open', tag, depth: open.length }
      if (!closed) open.push(tag.name)
      at = tagEnd
    }
  }
  if (open.length > 0) throw broken('an element that is not closed')
}

const nameToken = /[^\s=/<>"'?!]+/y
const spaceToken = /\s*/y

interface ReadTag {
  readonly tag: XmlTag
  readonly end: number
  readonly closed: boolean
}

function readTag(xml: string, start: number): ReadTag {
  const name = match(nameToken, xml, start + 1)
  if (name === '') throw broken('a tag without name')
  const attributes = new Map<string, string>()
  let at = start + 1 + name.length
  for (;;) {
    at += match(spaceToken, xml, at).length
    if (xml[at] === '>') return { tag: { name, attributes }, end: at + 1, closed: false }
    if (xml.startsWith('/>', at)) return { tag: { name, attributes }, end: at + 2, closed: true }
    at = readAttribute(xml, at, attributes)
  }
}

/** Reads one attribute into `attributes`; where it ends. */
function readAttribute(xml: string, start: number, attributes: Map<string, string>): number {
  const name = match(nameToken, xml, start)
  if (name === '') throw broken('a tag that is cut short')
  let at = start + name.length
  at += match(spaceToken, xml, at).length
  if (xml[at] !== '=') throw broken('an attribute without value')
  at += 1 + match(spaceToken, xml, at + 1).length
  const quote = xml[at]
  if (quote !== '"' && quote !== "'") throw broken('an attribute without quotes')
  const end = after(xml, quote, at + 1)
  if (attributes.has(name)) throw broken('an attribute given twice')
  attributes.set(name, resolveReferences(xml.slice(at + 1, end - 1)))
  return end
}

function match(token: RegExp, text: string, at: number): string {
  token.lastIndex = at
  return token.exec(text)?.[0] ?? ''
}

function after(text: string, end: string, from: number): number {
  const found = text.indexOf(end, from)
  if (found < 0) throw broken(`no ${end} to an end`)
  return found + end.length
}

const namedReferences: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** Numbers and the five names that every document knows; others stay as they are. */
function resolveReferences(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(?:#(\d{1,7})|#x([\da-fA-F]{1,6})|([a-z]{2,4}));/g, (whole, decimal, hex, name) => {
    if (name) return namedReferences[name] ?? whole
    const code = decimal ? Number(decimal) : Number.parseInt(hex, 16)
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}

function broken(why: string): BrokenImageError {
  return new BrokenImageError('svg', why)
}
