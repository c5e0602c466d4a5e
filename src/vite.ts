import type { Plugin } from 'vite'
import type { Options } from './options.js'
import { compressFast } from './plugin.js'

/**
 * Makes the images of a production build smaller. The dev server is left alone.
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
const compress: (options?: Options) => Plugin[] = (options) => [compressFast.vite(options)].flat() as Plugin[]

export type { Options }
export { compress as default, compress as 'module.exports' }
