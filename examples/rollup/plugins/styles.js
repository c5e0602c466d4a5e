import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Gathers the style sheets that are imported in one file, and emits the images that they name. */
export function styles() {
  const sheets = new Map()
  return {
    name: 'styles',
    transform: {
      filter: { id: /\.css$/ },
      async handler(css, id) {
        let text = css
        for (const [whole, path] of css.matchAll(/url\("(\.[^"]+)"\)/g)) {
          const file = join(dirname(id), path)
          this.addWatchFile(file)
          const source = await readFile(file)
          const asset = this.emitFile({ type: 'asset', name: basename(file), originalFileName: file, source })
          text = text.replaceAll(whole, `url("asset:${asset}")`)
        }
        sheets.set(id, text)
        return { code: '', map: { mappings: '' } }
      },
    },
    generateBundle() {
      // The images lie beside the style sheet.
      const named = (_, asset) => `url("${basename(this.getFileName(asset))}")`
      const source = [...sheets.values()].join('\n').replace(/url\("asset:([^"]+)"\)/g, named)
      this.emitFile({ type: 'asset', name: 'style.css', source })
    },
  }
}
