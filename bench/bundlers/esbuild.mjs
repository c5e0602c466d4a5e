import { build as bundle } from 'esbuild'

/** @type {import('../lib/warm-build.mjs').Build} */
export async function build({ project, entry, outDir, plugins }) {
  await bundle({
    absWorkingDir: project,
    entryPoints: [entry],
    outdir: outDir,
    bundle: true,
    minify: true,
    format: 'esm',
    assetNames: 'assets/[name]-[hash]',
    loader: { '.jpg': 'file', '.png': 'file' },
    plugins,
  })
}
