import type { Plugin } from 'rollup'
import type { Options } from './options.js'
import { compressFast } from './plugin.js'

/**
 * Makes the images of a production build smaller.
 *
 * ```ts
 * // rollup.config.js
 * import compress from 'unplugin-compress-fast/rollup'
 *
 * export default { plugins: [compress()] }
 * ```
 *
 * @throws {OptionError} When an option has no meaning as given.
 */
const compress: (options?: Options) => Plugin[] = (options) => [compressFast.rollup(options)].flat()

export type { Options }
export { compress as default, compress as 'module.exports' }
