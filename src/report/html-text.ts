import { visible } from '../util/visible.js'

/** Markup that is safe to write into a page. Only `html` makes it. */
export interface Html {
  readonly markup: string
}

type Part = Html | string | number | readonly Html[]

/** A template in which every value is escaped that is not markup already. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { markup: texts.map((text, index) => (index === 0 ? text : markupOf(parts[index - 1]) + text)).join('') }
}

export const nothing: Html = { markup: '' }

function markupOf(part: Part | undefined): string {
  if (part === undefined) return ''
  if (typeof part === 'string') return escapeHtml(part)
  if (typeof part === 'number') return String(part)
  return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('')
}

/** A sentence of ours, in which names of options and commands stand between backticks. */
export function prose(text: string): Html {
  return { markup: escapeHtml(text).replace(/`([^`\n]+)`/g, '<code>$1</code>') }
}

const entities: Partial<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text for content and quoted attributes. */
export function escapeHtml(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => entities[character] ?? '')
}
