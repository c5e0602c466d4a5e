import { fileURLToPath } from 'node:url'

/**
 * Where the program of a child lies: the one that is published, from whatever this is run, because a child is plain Node.
 * This stands one folder deep, as do the files that `npm run build` puts modules together in.
 */
export function workerFile(): string {
  return fileURLToPath(new URL('../lib/worker.js', import.meta.url))
}
