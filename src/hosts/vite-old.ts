import type { ResolvedConfig } from 'vite'

/**
 * Takes our hooks out of a build by a Vite without environments, which has nothing to tell its plugins apart by. It may
 * come with another tool, where no package manager compares it with what we ask for.
 */
export function leaveOld(config: ResolvedConfig): void {
  if ('environments' in config) return
  const { plugins, logger }: Pick<ResolvedConfig, 'plugins' | 'logger'> = config
  for (const plugin of plugins.filter(({ name }) => name.startsWith('compress-fast:'))) {
    for (const hook of Object.keys(plugin)) if (hook !== 'name') Reflect.deleteProperty(plugin, hook)
  }
  logger.warnOnce(`compress-fast: Nothing was made smaller, as this build runs on a Vite before 6.
  Update Vite, or the tool that brings it.`)
}
