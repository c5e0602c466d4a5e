import type { BunPlugin } from 'unplugin'
import type { Options } from './options.js'
import { compressFast } from './plugin.js'

/**
 * Makes the images of a production build smaller.
 *
 * ```ts
 * // build.ts
 * import compress from 'unplugin-compress-fast/bun'
 *
 * await Bun.build({ plugins: [compress()] })
 * ```
 *
 * @throws {OptionError} When an option has no meaning as given.
 */
const compress: (options?: Options) => BunPlugin = (options) => compressFast.bun(options)

export type { Options }
export { compress as default, compress as 'module.exports' }
