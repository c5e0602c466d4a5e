import compress, { type Options } from 'unplugin-compress-fast/webpack'
import type { Compiler } from 'webpack'

/**
 * Makes the images of a production build smaller, with webpack and with Rspack.
 *
 * ```js
 * // webpack.config.js or rspack.config.js
 * export default { plugins: [new CompressFastPlugin()] }
 * ```
 */
export class CompressFastPlugin {
  /** For `const { CompressFastPlugin } = require(...)`, as `require` gives the class itself. */
  static readonly CompressFastPlugin: typeof CompressFastPlugin = CompressFastPlugin

  readonly #plugin: ReturnType<typeof compress>

  /** @throws {OptionError} When an option has no meaning as given. */
  constructor(options?: Options) {
    this.#plugin = compress(options)
  }

  /** @param compiler One of webpack or of Rspack, whose types do not know each other. */
  apply(compiler: object): void {
    this.#plugin.apply(compiler as Compiler)
  }
}

export type { Options }
export { CompressFastPlugin as default, CompressFastPlugin as 'module.exports' }
