import type { Options } from 'unplugin-compress-fast/webpack'
import compress from 'unplugin-compress-fast/webpack'
import type { Compiler, WebpackPluginInstance } from 'webpack'

export class CompressFastPlugin {
  readonly #plugin: WebpackPluginInstance

  constructor(options?: Options) {
    this.#plugin = compress(options)
  }

  apply(compiler: Compiler): void {
    this.#plugin.apply(compiler)
  }
}

export type { Options }
export { CompressFastPlugin as default }
