import type { Plugin } from 'vite'
import { vitePlugins } from './hosts/vite.js'
import { openerOf } from './open-session.js'
import type { Options } from './options.js'

/**
 * Makes the images and documents of a production build smaller. The dev server is left alone.
 *
 * ```ts
 * // vite.config.ts
 * import compress from 'unplugin-compress-fast/vite'
 *
 * export default { plugins: [compress()] }
 * ```
 *
 * @throws {OptionError} When an option has no meaning as given.
 */
const compress: (options?: Options) => Plugin[] = (options) => vitePlugins(openerOf(options))

export type { Options }
export { compress as default, compress as 'module.exports' }
