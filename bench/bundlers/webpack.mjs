import webpack from 'webpack'
import { configOf, runCompiler } from './compiler.mjs'

/** @type {import('../lib/warm-build.mjs').Build} */
export function build(request) {
  return runCompiler(webpack(configOf(request)))
}
