import { readFile } from 'node:fs/promises'

/** The page, with the script and the style sheet of the build put into its head. */
export function page(template) {
  return {
    name: 'page',
    async generateBundle(_, bundle) {
      const files = Object.values(bundle)
      const tags = [
        ...files.filter(({ fileName }) => fileName.endsWith('.css')).map(stylesheet),
        ...files.filter(({ isEntry }) => isEntry).map(script),
      ]
      const html = await readFile(template, 'utf8')
      const source = html.replace('</head>', `  ${tags.join('\n    ')}\n  </head>`)
      this.emitFile({ type: 'asset', fileName: 'index.html', source })
    },
  }
}

const stylesheet = ({ fileName }) => `<link rel="stylesheet" href="/${fileName}" />`
const script = ({ fileName }) => `<script type="module" src="/${fileName}"></script>`
