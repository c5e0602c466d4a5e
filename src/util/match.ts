import { createRequire } from 'node:module'

/** Where a file goes and where it came from, for patterns to match. */
export interface Paths {
  readonly path: string
  readonly source: string | null
}

/** A matcher over output path and source path. A glob without a slash matches file names in every folder. */
export function createMatcher(patterns: readonly (string | RegExp)[]): (paths: Paths) => boolean {
  const tests = patterns.map((pattern) => {
    if (typeof pattern === 'string') return globTest(pattern.replace(/^\.?\//, ''))
    // A global or sticky expression would remember where its last match ended.
    const stateless = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''))
    return (path: string) => stateless.test(path)
  })
  return ({ path, source }) => tests.some((test) => test(path) || (source !== null && test(source)))
}

/** Loaded for globs alone: most projects have none, and it is a tenth of what a warm run loads. */
function loadPicomatch(): typeof import('picomatch') {
  return createRequire(import.meta.url)('picomatch')
}

function globTest(glob: string): (path: string) => boolean {
  return loadPicomatch()(glob, { dot: true, basename: !glob.includes('/') })
}
