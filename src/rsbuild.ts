import type { RsbuildPlugin } from '@rsbuild/core'
import type { Options } from './options.js'
import { compressFast } from './plugin.js'

/**
 * Makes the images of a production build smaller. The dev server is left alone.
 *
 * ```ts
 * // rsbuild.config.ts
 * import compress from 'unplugin-compress-fast/rsbuild'
 *
 * export default { plugins: [compress()] }
 * ```
 *
 * @throws {OptionError} When an option has no meaning as given.
 */
const compress: (options?: Options) => RsbuildPlugin[] = (options) => [compressFast.rsbuild(options)].flat()

export type { Options }
export { compress as default, compress as 'module.exports' }
