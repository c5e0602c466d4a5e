import { fileURLToPath } from 'node:url'
import { measureNode } from './measure.mjs'

const webpackBuild = fileURLToPath(new URL('webpack-build.mjs', import.meta.url))

/** @typedef {import('./measure.mjs').Measurement} Measurement */

/**
 * One production build in its own process.
 * @param {import('./tools.mjs').Tool} tool
 * @param {string} project
 * @returns {Promise<Measurement>}
 * @throws when nothing was built.
 */
export async function buildWithTool({ name, bundler }, project) {
  const vite = ['node_modules/vite/bin/vite.js', 'build', '--config', 'bench.config.js']
  const env = { NODE_ENV: 'production', NO_COLOR: '1' }
  const measured = await measureNode(bundler === 'vite' ? vite : [webpackBuild], { cwd: project, env })
  if (measured.code !== 0) throw new Error(`${name} failed:\n${measured.output}`)
  return measured
}
