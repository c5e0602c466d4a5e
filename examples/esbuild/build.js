import { cp, rm } from 'node:fs/promises'
import { build } from 'esbuild'
import compress from 'esbuild-plugin-compress-fast'

await rm('dist', { recursive: true, force: true })

await build({
  entryPoints: ['src/main.js', 'index.html'],
  outdir: 'dist',
  bundle: true,
  minify: true,
  format: 'esm',
  entryNames: '[name]',
  assetNames: 'images/[name]-[hash]',
  loader: {
    '.html': 'copy',
    '.inline.png': 'dataurl',
    '.png': 'file',
    '.jpg': 'file',
    '.gif': 'file',
    '.svg': 'file',
  },
  plugins: [copied('public', 'dist'), compress({ report: { json: 'compress-report.json' } })],
})

/** esbuild has no folder of files that ship as they are; they are copied while it works. */
function copied(from, to) {
  return { name: 'copied', setup: (build) => build.onStart(() => cp(from, to, { recursive: true })) }
}
