import type { Plugin } from 'rolldown'
import { rolldownPlugins } from './hosts/rollup.js'
import { openerOf } from './open-session.js'
import type { Options } from './options.js'

/**
 * Makes the images and documents of a production build smaller.
 *
 * ```ts
 * // rolldown.config.js
 * import compress from 'unplugin-compress-fast/rolldown'
 *
 * export default { plugins: [compress()] }
 * ```
 *
 * @throws {OptionError} When an option has no meaning as given.
 */
const compress: (options?: Options) => Plugin[] = (options) => rolldownPlugins(openerOf(options))

export type { Options }
export { compress as default, compress as 'module.exports' }
