// Runs in a project: one production build. node run-bundler.mjs <bundler> <output folder> [<options of the plugin>]
import { join } from 'node:path'

const builds = {
  rollup: () => import('../bundlers/rollup.mjs'),
  rolldown: () => import('../bundlers/rolldown.mjs'),
  webpack: () => import('../bundlers/webpack.mjs'),
  rspack: () => import('../bundlers/rspack.mjs'),
  rsbuild: () => import('../bundlers/rsbuild.mjs'),
  esbuild: () => import('../bundlers/esbuild.mjs'),
  farm: () => import('../bundlers/farm.mjs'),
}

const [name, outDir = '', options] = process.argv.slice(2)
const bundler = /** @type {keyof typeof builds} */ (name)
const project = process.cwd()
const { build } = await builds[bundler]()
const plugins = options === undefined ? [] : [await plugin(JSON.parse(options))].flat()
await build({ project, entry: join(project, 'src/main.js'), outDir: join(project, outDir), plugins })

/** A build without the plugin does not load it. @param {import('unplugin-compress-fast').Options} given */
async function plugin(given) {
  const { default: compress } = await import(`unplugin-compress-fast/${bundler}`)
  return compress(given)
}
