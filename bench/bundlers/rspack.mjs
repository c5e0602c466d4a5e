import { rspack } from '@rspack/core'
import { configOf, runCompiler } from './compiler.mjs'

/** @type {import('../lib/warm-build.mjs').Build} */
export function build(request) {
  return runCompiler(rspack(configOf(request)))
}
