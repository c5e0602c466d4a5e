// `npm run kernels` compiles the kernels into the source file that the engine loads them from.
import { writeFile } from 'node:fs/promises'
import { compileKernels } from './compile.mjs'

const target = new URL('../src/metric/kernels-binary.ts', import.meta.url)

const text = `// Made by \`npm run kernels\` from kernels/ssimulacra2.ts.

/** A WebAssembly module, in base64. */
export const KERNELS =
  '${Buffer.from(await compileKernels()).toString('base64')}'
`
await writeFile(target, text)
