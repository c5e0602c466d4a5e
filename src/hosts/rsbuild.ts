import { resolve } from 'node:path'
import type { RsbuildPluginAPI, ServerConfig } from '@rsbuild/core'
import type { Logger, OpenSession } from './host.js'
import { applyToCompiler } from './webpack.js'
import type { Compiler } from './webpack-compiler.js'

/** The plugin for Rsbuild: its Rspack gets ours, which is told what only Rsbuild knows. */
export function setupRsbuild(api: RsbuildPluginAPI, open: OpenSession): void {
  if (api.context.action === 'dev') return
  api.modifyRspackConfig((_, { appendPlugins }) => {
    const publicDirs = publicDirsOf(api.getNormalizedConfig().server.publicDir).map((name) =>
      resolve(api.context.rootPath, name),
    )
    appendPlugins({ apply: (compiler: Compiler) => applyToCompiler(compiler, open, { publicDirs, log: logOf(api) }) })
  })
}

/** Rsbuild 2 has the option in one form, and versions before it have it as the user wrote it. */
function publicDirsOf(option: ServerConfig['publicDir'] | null): string[] {
  if (option === false) return []
  return [option ?? {}].flat().map(({ name = 'public' }) => name)
}

function logOf({ logger }: RsbuildPluginAPI): Pick<Logger, 'isQuiet' | 'info'> {
  return {
    isQuiet: ['silent', 'error', 'warn'].includes(logger.level),
    // Without the label that marks a line, as this is a table.
    info: (message) => logger.log(message),
  }
}
