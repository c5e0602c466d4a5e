import { type AstroIntegration, astroIntegration } from './hosts/astro.js'
import { openerOf } from './open-session.js'
import type { Options } from './options.js'

/**
 * Makes the images and documents of a production build smaller, once Astro has made them. Encoding starts from your
 * originals, never from files that lost something already.
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
const compress: (options?: Options) => AstroIntegration = (options) => astroIntegration(openerOf(options))

export type { AstroIntegration, Options }
export { compress as default }
