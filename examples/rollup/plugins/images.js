import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'

/** What an import of an image gives: its address, or all of it when it is a small PNG. */
export function images({ inlineBelow = 4096 } = {}) {
  return {
    name: 'images',
    load: {
      filter: { id: /\.(png|jpg|gif|svg)$/ },
      async handler(id) {
        const source = await readFile(id)
        if (id.endsWith('.png') && source.length < inlineBelow) {
          return `export default 'data:image/png;base64,${source.toString('base64')}'`
        }
        const file = this.emitFile({ type: 'asset', name: basename(id), originalFileName: id, source })
        return `export default import.meta.ROLLUP_FILE_URL_${file}`
      },
    },
  }
}
