import compress, { type Options } from 'unplugin-compress-fast/rollup'

export type { Options }
export { compress as default, compress as 'module.exports' }
