import compress, { type Options } from 'unplugin-compress-fast/esbuild'

export type { Options }
export { compress as default, compress as 'module.exports' }
