import type { Trait } from './facts.js'
import type { XmlEvent, XmlTag } from './svg-xml.js'

/** Elements that run or move, without prefix. */
const activeElements = new Set([
  'script',
  'handler',
  'listener',
  'animate',
  'animateColor',
  'animateMotion',
  'animateTransform',
  'set',
  'discard',
])

/** Elements that hold or embed markup of another kind, without prefix. */
const foreignElements = new Set(['foreignObject', 'iframe', 'audio', 'video'])

/** What one part of an SVG says about the whole. */
export function svgTraits(event: XmlEvent): Trait[] {
  if (event.kind === 'open') return tagTraits(event.tag)
  if (event.kind === 'text') return localName(event.parent) === 'style' ? styleTraits(event.text) : []
  if (event.kind === 'doctype') return /<!ENTITY/i.test(event.text) ? ['external'] : []
  return /^xml-stylesheet\s/.test(event.text) ? ['external'] : []
}

/** The name behind a namespace prefix. */
export function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

function tagTraits({ name, attributes }: XmlTag): Trait[] {
  const element = localName(name)
  const traits: Trait[] = activeElements.has(element) ? ['active'] : []
  if (foreignElements.has(element)) traits.push('active', 'foreign')
  for (const [attribute, value] of attributes) traits.push(...attributeTraits(element, attribute, value))
  return traits
}

function attributeTraits(element: string, name: string, value: string): Trait[] {
  if (/^on[a-z]/i.test(name)) return ['active']
  const local = localName(name)
  if (local === 'href' || local === 'src') return linkTraits(element, value)
  return value.includes('(') || local === 'style' ? styleTraits(value) : []
}

function linkTraits(element: string, value: string): Trait[] {
  const target = withoutSpace(value)
  if (target.startsWith('javascript:')) return ['active']
  // A link leads somewhere when clicked; nothing is drawn from there.
  return element === 'a' || isInside(target) ? [] : ['external']
}

/** Whether a reference stays within the document. */
function isInside(target: string): boolean {
  return target === '' || target.startsWith('#') || target.startsWith('data:')
}

/** A URL's beginning without the white space and control characters that URL parsers skip. */
function withoutSpace(value: string): string {
  return value
    .slice(0, 64)
    .replace(/[\0-\x20]/g, '')
    .toLowerCase()
}

const urlFunction = /(?:url|src|image)\(\s{0,64}["']?([^"')]{0,64})/gi

/** CSS, in a style element or in any attribute. */
function styleTraits(css: string): Trait[] {
  const traits: Trait[] = /@(?:-\w{1,10}-)?keyframes/i.test(css) ? ['active'] : []
  if (/@import/i.test(css)) traits.push('external')
  for (const [, target = ''] of css.matchAll(urlFunction)) {
    if (!isInside(withoutSpace(target))) traits.push('external')
  }
  return traits
}
