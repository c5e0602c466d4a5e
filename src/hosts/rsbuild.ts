import { resolve } from 'node:path'
import type { RsbuildPluginAPI } from '@rsbuild/core'
import type { Logger, OpenSession } from './host.js'
import { applyToCompiler } from './webpack.js'
import type { Compiler } from './webpack-compiler.js'

/** The plugin for Rsbuild: its Rspack gets ours, which is told what only Rsbuild knows. */
export function setupRsbuild(api: RsbuildPluginAPI, open: OpenSession): void {
  if (api.context.action === 'dev') return
  api.modifyRspackConfig((_, { appendPlugins }) => {
    const { publicDir } = api.getNormalizedConfig().server
    const publicDirs = publicDir.map(({ name }) => resolve(api.context.rootPath, name))
    appendPlugins({ apply: (compiler: Compiler) => applyToCompiler(compiler, open, { publicDirs, log: logOf(api) }) })
  })
}

function logOf({ logger }: RsbuildPluginAPI): Pick<Logger, 'isQuiet' | 'info'> {
  return {
    isQuiet: ['silent', 'error', 'warn'].includes(logger.level),
    // Without the label that marks a line, as this is a table.
    info: (message) => logger.log(message),
  }
}
