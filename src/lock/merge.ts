import type { LockLine } from './lock-text.js'

/** What decides which lines stay. */
export interface Merging {
  /** What the file held. */
  readonly before: readonly LockLine[]
  /** What builds of this process found. */
  readonly found: readonly LockLine[]
  /** Whether a file that nothing was found of is gone, for all that this build can tell. */
  readonly isGone: (file: string) => boolean
}

/**
 * The lines of a lock file after a build. What was found of a file takes the place of all that was said of it; lines of
 * other files belong to other builds, and stay until their file is gone.
 */
export function mergeLines({ before, found, isGone }: Merging): LockLine[] {
  const outputs = new Set(before.map(({ file, result }) => (result.gain ? `${file} ${result.digest}` : '')))
  // A file that was replaced by its own result has the line that says how.
  const news = found.filter((line) => !isOwnResult(line) || !outputs.has(`${line.file} ${line.digest}`))
  const files = new Set(news.map(({ file }) => file))
  const results = new Map(news.map(({ key, result }) => [key, result]))
  const kept = before.filter(({ file }) => !files.has(file) && !isGone(file))
  // One key has one result, whichever file a build met it in.
  const merged = [...news, ...kept].map((line) => ({ ...line, result: results.get(line.key) ?? line.result }))
  return [...new Map(merged.map((line) => [`${line.key} ${line.file}`, line])).values()]
}

function isOwnResult({ result }: LockLine): boolean {
  return !result.gain && result.reason === 'already-compressed'
}
