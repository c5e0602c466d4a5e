import { readFile } from 'node:fs/promises'

/** The parts of the page that are the same for every report. */
export interface Page {
  readonly style: string
  readonly scripts: readonly string[]
}

/** Reads the page's style sheet and scripts, which lie in the package as they are. */
export async function readPage(): Promise<Page> {
  const read = (name: string) => readFile(new URL(`../../page/${name}`, import.meta.url), 'utf8')
  const [style = '', ...scripts] = await Promise.all(['report.css', 'table.js', 'compare.js'].map(read))
  return { style, scripts }
}
