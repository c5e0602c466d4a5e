import { createUnplugin, type UnpluginInstance } from 'unplugin'
import type { Logger } from './hosts/host.js'
import { vitePlugins } from './hosts/vite.js'
import { openSession } from './open-session.js'
import { type Options, resolveOptions } from './options.js'

/** The plugin for every bundler. unplugin gives it its shape for each; the work is native, behind `hosts/`. */
export const compressFast: UnpluginInstance<Options | undefined, true> = createUnplugin((options) => {
  const resolved = resolveOptions(options)
  const open = (root: string, logger: Logger) => openSession(resolved, root, logger)
  return vitePlugins(open).map(({ name, enforce, ...vite }) => ({ name, vite, ...(enforce && { enforce }) }))
})
