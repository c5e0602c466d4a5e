import { rolldown } from 'rolldown'
import { emitImages } from './emit-images.mjs'

/** @type {import('../lib/warm-build.mjs').Build} */
export async function build({ entry, outDir, plugins }) {
  const bundle = await rolldown({ input: entry, plugins: [emitImages, plugins] })
  await bundle.write({ dir: outDir, minify: true })
  await bundle.close()
}
