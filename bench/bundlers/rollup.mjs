import { rollup } from 'rollup'
import { emitImages } from './emit-images.mjs'

/** @type {import('../lib/warm-build.mjs').Build} */
export async function build({ entry, outDir, plugins }) {
  const bundle = await rollup({ input: entry, plugins: [emitImages, plugins] })
  await bundle.write({ dir: outDir })
  await bundle.close()
}
