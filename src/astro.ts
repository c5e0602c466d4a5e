import { type AstroIntegration, astroIntegration } from './hosts/astro.js'
import { openSession } from './open-session.js'
import type { Options } from './options.js'
import { resolveOptions } from './resolve-options.js'

/**
 * Makes the images of a production build smaller, once Astro has made them. Encoding starts from your originals, never
 * from files that lost something already.
 *
 * ```ts
 * // astro.config.ts
 * import compress from 'unplugin-compress-fast/astro'
 *
 * export default { integrations: [compress()] }
 * ```
 *
 * @throws {OptionError} When an option has no meaning as given.
 */
const compress: (options?: Options) => AstroIntegration = (options) => {
  const resolved = resolveOptions(options)
  return astroIntegration((root, logger) => openSession(resolved, root, logger))
}

export type { AstroIntegration, Options }
export { compress as default }
