/*
 * One build in a process of its own: node build.mjs <bundler> <root> <output folder> <cache folder> <report>
 * It builds `src/main.js` with the plugin's defaults, but for a quick engine.
 */
import { join } from 'node:path'

const [bundler = '', root = '', outDir = '', cacheDir = '', json = ''] = process.argv.slice(2)
const options = { effort: /** @type {const} */ ('fast'), cache: { dir: cacheDir }, report: { json, terminal: false } }
const entry = join(root, 'src/main.js')
const name = '[name]-[hash]'
process.chdir(root)

/** @type {Record<string, () => Promise<void>>} */
const builds = {
  async vite() {
    const { build } = await import('vite')
    const { default: compress } = await import('unplugin-compress-fast/vite')
    const rollupOptions = { input: entry }
    const config = { outDir, assetsInlineLimit: 0, rollupOptions }
    await build({ root, configFile: false, logLevel: 'error', plugins: [compress(options)], build: config })
  },
  async rollup() {
    const { rollup } = await import('rollup')
    const { default: compress } = await import('unplugin-compress-fast/rollup')
    const bundle = await rollup({ input: entry, plugins: [await filesPlugin(), compress(options)] })
    await bundle.write({ dir: outDir })
    await bundle.close()
  },
  async rolldown() {
    const { rolldown } = await import('rolldown')
    const { default: compress } = await import('unplugin-compress-fast/rolldown')
    const bundle = await rolldown({ input: entry, cwd: root, plugins: [await filesPlugin(), compress(options)] })
    await bundle.write({ dir: outDir })
    await bundle.close()
  },
  async webpack() {
    const { default: webpack } = await import('webpack')
    const { CompressFastPlugin } = await import('compress-fast-webpack-plugin')
    await run(webpack({ ...webpackConfig(), plugins: [new CompressFastPlugin(options)] }))
  },
  async rspack() {
    const { rspack } = await import('@rspack/core')
    const { default: compress } = await import('unplugin-compress-fast/rspack')
    await run(rspack({ ...webpackConfig(), plugins: [compress(options)] }))
  },
  async esbuild() {
    const { build } = await import('esbuild')
    const { default: compress } = await import('unplugin-compress-fast/esbuild')
    const loader = /** @type {const} */ ({ '.jpg': 'file', '.png': 'file' })
    const config = { absWorkingDir: root, entryPoints: [entry], outdir: outDir, bundle: true, logLevel: 'error' }
    await build({
      .../** @type {import('esbuild').BuildOptions} */ (config),
      assetNames: name,
      loader,
      plugins: [compress(options)],
    })
  },
}

await builds[bundler]?.()

function webpackConfig() {
  return {
    context: root,
    mode: /** @type {const} */ ('production'),
    entry,
    performance: { hints: /** @type {const} */ (false) },
    infrastructureLogging: { level: /** @type {const} */ ('error') },
    output: { path: outDir, assetModuleFilename: `${name}[ext]` },
    module: { rules: [{ test: /\.(jpg|png)$/, type: 'asset/resource' }] },
  }
}

/** @param {any} compiler */
function run(compiler) {
  return new Promise((done, failed) => {
    compiler.run((/** @type {Error | null} */ error, /** @type {any} */ stats) => {
      if (error || stats.hasErrors()) failed(error ?? new Error(stats.toString('errors-only')))
      else compiler.close(done)
    })
  })
}

/** What Rollup has plugins for: images become files. */
async function filesPlugin() {
  const { readFile } = await import('node:fs/promises')
  const { basename } = await import('node:path')
  return {
    name: 'files',
    /** @param {string} id @this {any} */
    async load(id) {
      if (!/\.(jpg|png)$/.test(id)) return null
      const source = await readFile(id)
      const reference = this.emitFile({ type: 'asset', name: basename(id), originalFileName: id, source })
      return { code: `export default import.meta.ROLLUP_FILE_URL_${reference}`, moduleType: 'js' }
    },
  }
}
