import { type BunBuild, setupBun } from './hosts/bun.js'
import { openerOf } from './open-session.js'
import type { Options } from './options.js'

/** A plugin as Bun takes it, spelled out because its types come with Bun alone. */
export interface BunPlugin {
  readonly name: string
  setup(build: BunBuild): void
}

/**
 * Makes the images and documents of a production build smaller.
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
const compress: (options?: Options) => BunPlugin = (options) => {
  const open = openerOf(options)
  return { name: 'compress-fast', setup: (build) => setupBun(build, open) }
}

export type { Options }
export { compress as default, compress as 'module.exports' }
