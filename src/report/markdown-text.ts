import { visible } from '../util/visible.js'

/** A table as GitHub and GitLab know it. Cells are Markdown already; all columns but the first are numbers. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'))
  return [head, rule, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

/** A name as code, in which nothing has a meaning: names of files are anybody's text. */
export function markdownCode(name: string): string {
  const text = visible(name).replaceAll('\n', ' ').replaceAll('|', '\\|')
  const runs = text.match(/`+/g) ?? []
  const fence = '`'.repeat(Math.max(0, ...runs.map((run) => run.length)) + 1)
  const needsSpace = /^`|`$|^ .* $/.test(text)
  return needsSpace ? `${fence} ${text} ${fence}` : `${fence}${text}${fence}`
}

const [start, end] = ['<!-- compress-fast', '<!-- /compress-fast']

/** Text between marks that say whose it is: a project's name, so that several can share a page. */
export function markdownSection(name: string, text: string): string {
  return `${markOf(start, name)}\n${text}\n${markOf(end, name)}\n`
}

/** A page with a section in it: in the place of the one of the same marks, or at the end. */
export function withSection(page: string, name: string, text: string): string {
  const section = markdownSection(name, text)
  const from = page.indexOf(markOf(start, name))
  const to = page.indexOf(markOf(end, name), from)
  if (from < 0 || to < 0) return page === '' ? section : `${page.replace(/\n*$/, '\n\n')}${section}`
  const after = page.slice(to + markOf(end, name).length).replace(/^\n/, '')
  return page.slice(0, from) + section + after
}

function markOf(mark: string, name: string): string {
  // Two hyphens or an angle bracket could end the comment.
  const plain = name.replace(/[^\w./ -]|--/g, '_')
  return `${mark}${plain === '' ? '' : ` ${plain}`} -->`
}
