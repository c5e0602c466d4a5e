import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const encoders: Record<string, (bytes: Uint8Array) => Promise<Uint8Array>> = {
  '.gz': (bytes) => promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION }),
  '.br': (bytes) => {
    // The only images worth it are text.
    const { BROTLI_PARAM_MODE, BROTLI_MODE_TEXT, BROTLI_PARAM_SIZE_HINT } = constants
    const params = { [BROTLI_PARAM_MODE]: BROTLI_MODE_TEXT, [BROTLI_PARAM_SIZE_HINT]: bytes.byteLength }
    return promisify(brotliCompress)(bytes, { params })
  },
}

/** Makes the twins of a file again (`a.svg.gz`, `a.svg.br`), which servers send in its place and which hold what it was. */
export async function renewTwins(path: string): Promise<void> {
  for (const [extension, encode] of Object.entries(encoders)) {
    const twin = `${path}${extension}`
    if (existsSync(twin)) await writeFile(twin, await encode(await readFile(path)))
  }
}
