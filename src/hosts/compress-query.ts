/** An import with its `?compress=` taken out. */
export interface CompressQuery {
  /** The import as the bundler is to see it. */
  readonly specifier: string
  /** What was asked for, as it was written. */
  readonly value: string
}

/** Matches imports that may have a `?compress=`, for filters of hooks. */
export const compressQueryFilter: RegExp = /[?&]compress=/

/**
 * Takes `?compress=<value>` out of an import; all else, such as `?url` and `#icon`, stays. `undefined` when there is none.
 */
export function takeCompressQuery(specifier: string): CompressQuery | undefined {
  const found = /[?&]compress=([^&#]*)/.exec(specifier)
  if (!found) return undefined
  const [text, value = ''] = found
  const before = specifier.slice(0, found.index)
  const after = specifier.slice(found.index + text.length)
  // What follows the first parameter becomes the first.
  const isFirst = text.startsWith('?')
  return { specifier: before + (isFirst ? after.replace(/^&/, '?') : after), value }
}
