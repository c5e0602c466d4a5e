import { fileURLToPath } from 'node:url'

/**
 * Where the program of a child lies. Run from TypeScript sources, as a test runner does, it is the built one that is
 * meant, because a child is plain Node and the built file is what users run.
 */
export function workerFile(here: string = import.meta.url): string {
  const target = here.endsWith('.ts') ? '../../dist/worker/main.js' : '../worker/main.js'
  return fileURLToPath(new URL(target, here))
}
