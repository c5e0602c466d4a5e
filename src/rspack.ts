import type { RspackPluginInstance } from '@rspack/core'
import { applyToCompiler } from './hosts/webpack.js'
import { openerOf } from './open-session.js'
import type { Options } from './options.js'

/**
 * Makes the images and documents of a production build smaller. Builds in mode `development` are left alone.
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
const compress: (options?: Options) => RspackPluginInstance = (options) => {
  const open = openerOf(options)
  return { apply: (compiler) => applyToCompiler(compiler, open) }
}

export type { Options }
export { compress as default, compress as 'module.exports' }
