import { build as bundle } from '@farmfe/core'

/** @type {import('../lib/warm-build.mjs').Build} */
export async function build({ project, outDir, plugins }) {
  await bundle({
    root: project,
    plugins,
    compilation: {
      // Polyfills would have to be installed in the project.
      presetEnv: false,
      persistentCache: false,
      output: { path: outDir, assetsFilename: 'assets/[resourceName]-[hash].[ext]' },
    },
  })
}
