import type { Plugin } from 'esbuild'
import type { Options } from './options.js'
import { compressFast } from './plugin.js'

/**
 * Makes the images of a production build smaller.
 *
 * ```ts
 * // build.js
 * import compress from 'unplugin-compress-fast/esbuild'
 *
 * await build({ plugins: [compress()] })
 * ```
 *
 * @throws {OptionError} When an option has no meaning as given.
 */
const compress: (options?: Options) => Plugin = (options) => compressFast.esbuild(options)

export type { Options }
export { compress as default, compress as 'module.exports' }
