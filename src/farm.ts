import type { JsPlugin } from '@farmfe/core'
import { farmPlugins } from './hosts/farm.js'
import { openerOf } from './open-session.js'
import type { Options } from './options.js'

/**
 * Makes the images and documents of a production build smaller. The dev server is left alone.
 *
 * ```ts
 * // farm.config.ts
 * import compress from 'unplugin-compress-fast/farm'
 *
 * export default { plugins: [compress()] }
 * ```
 *
 * @throws {OptionError} When an option has no meaning as given.
 */
const compress: (options?: Options) => JsPlugin[] = (options) => farmPlugins(openerOf(options))

export type { Options }
export { compress as default, compress as 'module.exports' }
