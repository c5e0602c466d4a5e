import { addToNuxt, type Nuxt } from './hosts/nuxt.js'
import { openerOf } from './open-session.js'
import type { Options } from './options.js'

/** The module as Nuxt takes it. */
export interface NuxtModule {
  (options: Options, nuxt: Nuxt): void
  getMeta(): Promise<{ name: string; compatibility: { nuxt: string } }>
}

/**
 * Makes the images and documents of a production build smaller, public files included. The dev server is left alone.
 *
 * ```ts
 * // nuxt.config.ts
 * export default defineNuxtConfig({ modules: ['unplugin-compress-fast/nuxt'] })
 * ```
 *
 * Options stand beside the name: `modules: [['unplugin-compress-fast/nuxt', { quality: 'high' }]]`.
 *
 * @throws {OptionError} When an option has no meaning as given.
 */
const compress: NuxtModule = Object.assign((options: Options, nuxt: Nuxt) => addToNuxt(nuxt, openerOf(options)), {
  getMeta: async () => ({ name: 'unplugin-compress-fast', compatibility: { nuxt: '>=4.0.0' } }),
})

export type { Nuxt, Options }
export { compress as default }
