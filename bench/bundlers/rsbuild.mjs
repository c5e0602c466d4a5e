import { createRsbuild } from '@rsbuild/core'

/** @type {import('../lib/warm-build.mjs').Build} */
export async function build({ project, entry, outDir, plugins }) {
  const rsbuild = await createRsbuild({
    cwd: project,
    rsbuildConfig: {
      source: { entry: { index: entry } },
      output: { distPath: { root: outDir } },
      performance: { buildCache: false },
      plugins,
    },
  })
  const { close } = await rsbuild.build()
  await close()
}
