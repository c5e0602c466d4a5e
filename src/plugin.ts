import { createUnplugin, type UnpluginContextMeta, type UnpluginInstance, type UnpluginOptions } from 'unplugin'
import { setupBun } from './hosts/bun.js'
import { setupEsbuild } from './hosts/esbuild.js'
import { farmPlugins } from './hosts/farm.js'
import type { OpenSession } from './hosts/host.js'
import { rolldownPlugins, rollupPlugins } from './hosts/rollup.js'
import { setupRsbuild } from './hosts/rsbuild.js'
import { vitePlugins } from './hosts/vite.js'
import { applyToCompiler } from './hosts/webpack.js'
import { openerOf } from './open-session.js'
import type { Options } from './options.js'

const name = 'compress-fast'

/**
 * The plugin for every bundler, in the shape that unplugin gives it for each. The entries for single bundlers do without
 * unplugin, as loading it takes longer than all that a small build with a full cache asks of us.
 */
export const compressFast: UnpluginInstance<Options | undefined, true> = createUnplugin((options, { framework }) =>
  shapes[framework](openerOf(options)),
)

const shapes: Record<UnpluginContextMeta['framework'], (open: OpenSession) => UnpluginOptions[]> = {
  vite: (open) => vitePlugins(open).map(({ name, enforce, ...vite }) => ({ name, vite, ...(enforce && { enforce }) })),
  rollup: (open) => rollupPlugins(open).map(({ name, ...rollup }) => ({ name, rollup })),
  rolldown: (open) => rolldownPlugins(open).map(({ name, ...rolldown }) => ({ name, rolldown })),
  webpack: (open) => [{ name, webpack: (compiler) => applyToCompiler(compiler, open) }],
  rspack: (open) => [{ name, rspack: (compiler) => applyToCompiler(compiler, open) }],
  rsbuild: (open) => [{ name, rsbuild: { setup: (api) => setupRsbuild(api, open) } }],
  esbuild: (open) => [{ name, esbuild: { setup: (build) => setupEsbuild(build, open) } }],
  farm: (open) => farmPlugins(open).map(({ name, ...farm }) => ({ name, farm })),
  bun: (open) => [{ name, bun: { setup: (build) => setupBun(build, open) } }],
  unloader: () => [],
}
