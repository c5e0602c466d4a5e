import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runProbed } from './probed-run.mjs'

const runBundler = fileURLToPath(new URL('run-bundler.mjs', import.meta.url))

/** Bundlers by their names among the plugin's entries, with the packages that they are made of. */
export const bundlers = {
  vite: { name: 'Vite', packages: ['vite', 'rolldown'] },
  rollup: { name: 'Rollup', packages: ['rollup'] },
  rolldown: { name: 'Rolldown', packages: ['rolldown'] },
  webpack: { name: 'webpack', packages: ['webpack'] },
  rspack: { name: 'Rspack', packages: ['@rspack/core'] },
  rsbuild: { name: 'Rsbuild', packages: ['@rsbuild/core', '@rspack/core'] },
  esbuild: { name: 'esbuild', packages: ['esbuild'] },
  farm: { name: 'Farm', packages: ['@farmfe/core'] },
}

/**
 * Options of the plugin, `null` for a build without it.
 * @type {Record<Variant, import('unplugin-compress-fast').Options | null>}
 */
export const variants = { plain: null, plugin: {}, report: { report: { json: 'report.json' } } }

/**
 * @typedef {keyof typeof bundlers} Bundler
 * @typedef {'plain' | 'plugin' | 'report'} Variant
 */

/**
 * What a module of `bundlers/` is asked for: a production build with the bundler's defaults, but for what images need,
 * that remembers nothing of builds before.
 * @typedef {{ project: string, entry: string, outDir: string, plugins: any[] }} Request
 * @typedef {(request: Request) => Promise<void>} Build
 */

/**
 * One build in a process of its own, into a folder that is not there yet.
 * @param {string} project
 * @param {Bundler} bundler
 * @param {Variant} variant
 * @param {import('./probed-run.mjs').Extra} [extra]
 * @throws when the build fails.
 */
export async function buildWarm(project, bundler, variant, extra) {
  await rm(outputOf(project, variant), { recursive: true, force: true })
  return runProbed(project, scriptOf(bundler, variant), extra)
}

/** @param {string} project @param {Variant} variant */
export function outputOf(project, variant) {
  return join(project, `dist-${variant}`)
}

/** @param {Bundler} bundler @param {Variant} variant */
function scriptOf(bundler, variant) {
  // Vite is used by its command, which comes with it; of the others most are called by scripts or commands apart.
  if (bundler === 'vite') return ['node_modules/vite/bin/vite.js', 'build', '--config', `${variant}.config.js`]
  const options = variants[variant]
  return [runBundler, bundler, `dist-${variant}`, ...(options ? [JSON.stringify(options)] : [])]
}
