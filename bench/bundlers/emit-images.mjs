import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'

const image = /\.(?:jpg|png)$/

/** What Rollup and Rolldown have plugins for: imported images become files. */
export const emitImages = {
  name: 'emit-images',
  load: {
    filter: { id: image },
    /** @this {import('rollup').PluginContext} @param {string} id */
    async handler(id) {
      if (!image.test(id)) return null
      const asset = { name: basename(id), originalFileName: id, source: await readFile(id) }
      const reference = this.emitFile({ type: 'asset', ...asset })
      return { code: `export default import.meta.ROLLUP_FILE_URL_${reference}`, moduleType: 'js' }
    },
  },
}
