import type { Plugin } from 'esbuild'
import { setupEsbuild } from './hosts/esbuild.js'
import { openerOf } from './open-session.js'
import type { Options } from './options.js'

/**
 * Makes the images and documents of a production build smaller.
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
const compress: (options?: Options) => Plugin = (options) => {
  const open = openerOf(options)
  return { name: 'compress-fast', setup: (build) => setupEsbuild(build, open) }
}

export type { Options }
export { compress as default, compress as 'module.exports' }
