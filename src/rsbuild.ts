import type { RsbuildPlugin } from '@rsbuild/core'
import { setupRsbuild } from './hosts/rsbuild.js'
import { openerOf } from './open-session.js'
import type { Options } from './options.js'

/**
 * Makes the images and documents of a production build smaller. The dev server is left alone.
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
const compress: (options?: Options) => RsbuildPlugin = (options) => {
  const open = openerOf(options)
  return { name: 'compress-fast', setup: (api) => setupRsbuild(api, open) }
}

export type { Options }
export { compress as default, compress as 'module.exports' }
