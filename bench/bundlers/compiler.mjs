/** What webpack and Rspack have in common: their configuration, and how a compiler is run. */

/**
 * As far as both are alike.
 * @typedef {object} Compiler
 * @property {(done: (error: Error | null, stats?: Stats) => void) => void} run
 * @property {(done: (error?: Error | null) => void) => void} close
 *
 * @typedef {{ hasErrors: () => boolean, toString: (preset: 'errors-warnings') => string }} Stats
 */

/** @param {import('../lib/warm-build.mjs').Request} request */
export function configOf({ project, entry, outDir, plugins }) {
  return {
    mode: /** @type {const} */ ('production'),
    context: project,
    entry,
    output: { path: outDir, assetModuleFilename: 'assets/[name]-[hash:8][ext]' },
    module: { rules: [{ test: /\.(?:jpg|png)$/, type: /** @type {const} */ ('asset/resource') }] },
    performance: /** @type {const} */ (false),
    cache: /** @type {const} */ (false),
    plugins,
  }
}

/** @param {Compiler} compiler @returns {Promise<void>} */
export function runCompiler(compiler) {
  return new Promise((done, failed) => {
    compiler.run((error, stats) => {
      if (error || stats?.hasErrors()) failed(error ?? new Error(stats?.toString('errors-warnings')))
      else compiler.close((closing) => (closing ? failed(closing) : done()))
    })
  })
}
