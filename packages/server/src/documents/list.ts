/** Something to read or run that is served as it lies in the package. */
export interface Document {
  /** Where it is served, its first name first. */
  readonly paths: readonly string[]
  /** Where it lies, from the package's folder. */
  readonly file: string
  readonly type: string
  readonly summary: string
}

const markdown = 'text/markdown; charset=utf-8'

/** The page, and what scripts and agents fetch. The names of the latter are those of the public service's site. */
export const documents: readonly Document[] = [
  { paths: ['/'], file: 'page/index.html', type: 'text/html; charset=utf-8', summary: 'The page' },
  { paths: ['/page.css'], file: 'page/page.css', type: 'text/css; charset=utf-8', summary: 'Style of the page' },
  { paths: ['/page.js'], file: 'dist/page.js', type: 'text/javascript; charset=utf-8', summary: 'Script of the page' },
  { paths: ['/SKILL.md'], file: 'SKILL.md', type: markdown, summary: 'How an agent works with this server' },
  { paths: ['/api/docs.md'], file: 'API.md', type: markdown, summary: 'The reference of this API' },
  {
    paths: ['/compress-fast.sh', '/compress.fast.sh'],
    file: 'compress-fast.sh',
    // Shown by browsers instead of saved: who runs it may want to read it first.
    type: 'text/plain; charset=utf-8',
    summary: 'A shell script that compresses files',
  },
]
