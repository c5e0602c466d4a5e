import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { linkPackages, workFolder } from './paths.mjs'

/** @typedef {import('./corpus.mjs').CorpusFile} CorpusFile */

/**
 * @typedef {object} Tool
 * @property {string} key Name of its project's folder.
 * @property {string} name As tables show it.
 * @property {'vite' | 'webpack'} bundler
 * @property {string[]} packages What its project has installed.
 * @property {string} config The bundler's configuration, remembering nothing between builds.
 * @property {string} cachedConfig The same, remembering what it can.
 * @property {(project: string, output: string) => Promise<number>} failures Files that the tool said it failed on.
 */

const viteCommon = `build: { assetsInlineLimit: 0, outDir: 'dist' }`

/** @param {string} imports @param {string} plugins */
function viteConfig(imports, plugins) {
  return `${imports}export default { ${viteCommon}, plugins: [${plugins}] }\n`
}

/** @param {string} imports @param {string} minimizer @param {string} cache */
function webpackConfig(imports, minimizer, cache) {
  return `${imports}export default {
  mode: 'production',
  context: import.meta.dirname,
  entry: './src/main.js',
  output: { path: import.meta.dirname + '/dist', clean: true, assetModuleFilename: 'assets/[name]-[hash:8][ext]' },
  module: { rules: [{ test: /\\.(?:jpe?g|png|gif|webp|svg)$/, type: 'asset/resource' }] },
  optimization: { emitOnErrors: true, minimizer: ['...'${minimizer}] },
  performance: false,
  cache: ${cache},
}\n`
}

const webpackCache = `{ type: 'filesystem', cacheDirectory: import.meta.dirname + '/cache' }`
const ours = `import compress from 'unplugin-compress-fast/vite'\n`
const optimizer = `import { ViteImageOptimizer } from 'vite-plugin-image-optimizer'\n`
const minimizer = `import ImageMinimizerPlugin from 'image-minimizer-webpack-plugin'\n`
const minimizers = `, new ImageMinimizerPlugin({ minimizer: [
    { implementation: ImageMinimizerPlugin.sharpMinify },
    { implementation: ImageMinimizerPlugin.svgoMinify },
  ] })`

/** Bundlers without any plugin: what the others' times stand on. @type {Tool[]} */
export const baselines = [
  {
    key: 'vite',
    name: 'Vite alone',
    bundler: 'vite',
    packages: ['vite'],
    config: viteConfig('', ''),
    cachedConfig: viteConfig('', ''),
    failures: async () => 0,
  },
  {
    key: 'webpack',
    name: 'webpack alone',
    bundler: 'webpack',
    packages: ['webpack'],
    config: webpackConfig('', '', 'false'),
    cachedConfig: webpackConfig('', '', webpackCache),
    failures: async () => 0,
  },
]

/** Under comparison, each with its defaults. @type {Tool[]} */
export const tools = [
  {
    key: 'compress-fast',
    name: 'unplugin-compress-fast',
    bundler: 'vite',
    packages: ['vite', 'unplugin-compress-fast'],
    config: viteConfig(ours, `compress({ cache: false, report: { json: 'report.json' } })`),
    cachedConfig: viteConfig(ours, `compress({ report: { json: 'report.json' } })`),
    failures: async (project) => JSON.parse(await readFile(join(project, 'report.json'), 'utf8')).totals.failed,
  },
  {
    key: 'image-optimizer',
    name: 'vite-plugin-image-optimizer',
    bundler: 'vite',
    packages: ['vite', 'vite-plugin-image-optimizer', 'sharp', 'svgo'],
    config: viteConfig(optimizer, 'ViteImageOptimizer()'),
    cachedConfig: viteConfig(optimizer, `ViteImageOptimizer({ cache: true, cacheLocation: 'cache' })`),
    failures: async (_, output) => errorLines(output).length,
  },
  {
    key: 'image-minimizer',
    name: 'image-minimizer-webpack-plugin',
    bundler: 'webpack',
    packages: ['webpack', 'image-minimizer-webpack-plugin', 'sharp', 'svgo'],
    config: webpackConfig(minimizer, minimizers, 'false'),
    cachedConfig: webpackConfig(minimizer, minimizers, webpackCache),
    failures: async (_, output) => Number(/^webpack-errors (\d+)$/m.exec(output)?.[1]),
  },
]

/** @param {string} output What stands between the headings of errors and of results. */
function errorLines(output) {
  const errors =
    /errors during optimization:([\s\S]*?)(?=optimized images successfully|✓ built|$)/.exec(output)?.[1] ?? ''
  return errors.split('\n').filter((line) => /assets\/\d{3}-/.test(line))
}

/**
 * A project that imports all files, with the tool installed, built by nobody yet.
 * @param {Tool} tool
 * @param {CorpusFile[]} files
 * @param {'config' | 'cachedConfig'} config
 * @returns {Promise<string>} Its folder.
 */
export async function toolProject(tool, files, config) {
  const project = join(workFolder, 'peers', tool.key)
  await rm(project, { recursive: true, force: true })
  await mkdir(join(project, 'src/img'), { recursive: true })
  await Promise.all(files.map((file) => copyFile(file.path, join(project, 'src/img', file.name))))
  await linkPackages(project, tool.packages)
  const imports = files.map(({ id, name }) => `import f${id} from './img/${name}'`)
  const list = `globalThis.images = [${files.map(({ id }) => `f${id}`).join(', ')}]`
  const sources = {
    'package.json': '{ "name": "peers", "private": true, "type": "module" }\n',
    'index.html': '<!doctype html><title>peers</title><script type="module" src="/src/main.js"></script>\n',
    'src/main.js': `${imports.join('\n')}\n${list}\n`,
    'bench.config.js': tool[config],
  }
  for (const [name, text] of Object.entries(sources)) await writeFile(join(project, name), text)
  return project
}
