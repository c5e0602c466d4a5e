import { localName } from './svg-traits.js'
import type { XmlEvent, XmlTag } from './svg-xml.js'

/** Elements that are drawn only where something refers to them; so is whatever lies in `defs`. */
const holders = new Set(['symbol', 'clipPath', 'mask', 'pattern', 'marker'])

const shapes = new Set(['path', 'rect', 'circle', 'ellipse', 'line', 'polyline', 'polygon', 'text', 'image', 'use'])

/** The outermost of holders within each other. */
interface Holder {
  readonly depth: number
  /** Its own and those of what it holds. */
  readonly ids: string[]
  hasShapes: boolean
}

/** Looks for shapes that are in a document but not in its picture. Elements come in their order. */
export class PartsSearch {
  readonly #holders: Holder[] = []
  readonly #referred = new Set<string>()
  readonly #path: string[] = []
  #current: Holder | null = null

  see(event: XmlEvent): void {
    if (event.kind === 'text') {
      if (localName(event.parent) === 'style') this.#refer(event.text)
    } else if (event.kind === 'open') this.#enter(event.tag, event.depth)
  }

  /** Whether there is a holder with shapes that nothing in the document refers to. */
  found(): boolean {
    return this.#holders.some(({ ids, hasShapes }) => hasShapes && !ids.some((id) => this.#referred.has(id)))
  }

  #enter({ name, attributes }: XmlTag, depth: number): void {
    const element = localName(name)
    this.#path.length = depth
    if (this.#current !== null && depth <= this.#current.depth) this.#current = null
    if (this.#current === null && (holders.has(element) || this.#path.at(-1) === 'defs')) {
      this.#current = { depth, ids: [], hasShapes: false }
      this.#holders.push(this.#current)
    }
    this.#path.push(element)
    for (const [attribute, value] of attributes) {
      if (attribute === 'id') this.#current?.ids.push(value)
      else this.#refer(value)
    }
    if (this.#current !== null && shapes.has(element)) this.#current.hasShapes = true
  }

  /** Colours look like references as well, and do no harm. */
  #refer(text: string): void {
    if (!text.includes('#')) return
    for (const [, id = ''] of text.matchAll(/#([^\s"'()]+)/g)) this.#referred.add(id)
  }
}
