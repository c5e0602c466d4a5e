import type { RspackPluginInstance } from '@rspack/core'
import type { Options } from './options.js'
import { compilerPlugin } from './plugin.js'

/**
 * Makes the images of a production build smaller. Builds in mode `development` are left alone.
 *
 * ```ts
 * // rspack.config.js
 * import compress from 'unplugin-compress-fast/rspack'
 *
 * export default { plugins: [compress()] }
 * ```
 *
 * @throws {OptionError} When an option has no meaning as given.
 */
const compress: (options?: Options) => RspackPluginInstance = compilerPlugin

export type { Options }
export { compress as default, compress as 'module.exports' }
