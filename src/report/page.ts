import { readFile } from 'node:fs/promises'
import { packageFile } from '../package-file.js'

/** The parts of the page that are the same for every report. */
export interface Page {
  readonly style: string
  readonly scripts: readonly string[]
}

/** Reads the page's style sheet and scripts, which lie in the package as they are. */
export async function readPage(): Promise<Page> {
  const read = (name: string) => readFile(packageFile(`page/${name}`), 'utf8')
  const [style = '', ...scripts] = await Promise.all(['report.css', 'table.js', 'compare.js'].map(read))
  return { style, scripts }
}
