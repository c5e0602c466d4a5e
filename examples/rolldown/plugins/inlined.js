import { readFile } from 'node:fs/promises'

/** An import of an image that is called so gives all of it. */
export function inlined() {
  return {
    name: 'inlined',
    load: {
      filter: { id: /\.inline\.png$/ },
      async handler(id) {
        const base64 = await readFile(id, 'base64')
        return { code: `export default 'data:image/png;base64,${base64}'`, moduleType: 'js' }
      },
    },
  }
}
