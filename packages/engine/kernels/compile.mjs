import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const OUTPUT = 'kernels.wasm'

const OPTIONS = ['--optimizeLevel', '3', '--enable', 'simd', '--runtime', 'stub', '--noAssert', '--use', 'abort=']

/**
 * Compiles the kernels.
 * @returns {Promise<Uint8Array>} A WebAssembly module.
 * @throws with the compiler's message where the source is wrong.
 */
export async function compileKernels() {
  let binary = new Uint8Array()
  const folder = fileURLToPath(new URL('.', import.meta.url))
  const { error, stderr } = await asc.main(['ssimulacra2.ts', '--baseDir', folder, '--outFile', OUTPUT, ...OPTIONS], {
    writeFile: (/** @type {string} */ file, /** @type {Uint8Array} */ contents) => {
      if (file === OUTPUT) binary = contents
    },
  })
  if (error) throw new Error(stderr.toString(), { cause: error })
  return binary
}
