import { FrozenError } from '../errors.js'
import type { Outcome } from '../types.js'
import { visible } from '../util/visible.js'

/** Why a file has no result to take where nothing may be compressed. */
export type FrozenReason = 'not-locked' | 'locked-otherwise' | 'not-cached' | 'cached-otherwise'

// More than these would push what is above them out of sight.
const filesShown = 20
const faultsShown = 5

/**
 * The error of a build that would have had to compress something, with all files of that kind; `undefined` where there
 * is none.
 * @param lock The name of the lock file.
 * @param faults Why it cannot be relied on, as clauses.
 */
export function frozenError(
  outcomes: readonly Outcome[],
  lock: string,
  faults: readonly string[],
): FrozenError | undefined {
  if (faults.length > 0) {
    const lines = shorten(
      faults.map((fault) => `  ${fault}`),
      faultsShown,
    )
    return new FrozenError(
      [
        `\`frozen\` is set, and ${lock} cannot be relied on:`,
        ...lines,
        `Build without \`frozen\`, and commit ${lock}.`,
      ].join('\n'),
    )
  }
  const titles: Readonly<Record<FrozenReason, string>> = {
    'not-locked': `not in ${lock}`,
    'locked-otherwise': `in ${lock} under other settings, or of another engine or version`,
    'not-cached': 'no cache has the result',
    'cached-otherwise': `the cache has another result than ${lock} names`,
  }
  const groups = Object.entries(titles).map(([reason, title]) => ({ title, files: filesOf(outcomes, reason) }))
  const count = new Set(groups.flatMap(({ files }) => files)).size
  if (count === 0) return undefined
  const list = groups.flatMap(({ title, files }) =>
    files.length === 0
      ? []
      : [
          `  ${title}:`,
          ...shorten(
            files.map((file) => `    ${file}`),
            filesShown,
          ),
        ],
  )
  const what = count === 1 ? '1 file would' : `${count} files would`
  const remedy = `Build without \`frozen\`, and commit ${lock} and the results, or share them by a cache.`
  return new FrozenError([`\`frozen\` is set, and ${what} have to be compressed:`, ...list, remedy].join('\n'))
}

function filesOf(outcomes: readonly Outcome[], reason: string): string[] {
  const files = outcomes.filter((line) => line.outcome === 'failed' && line.reason === reason)
  const names = files.map(({ source, path }) => visible(source ?? path).replaceAll('\n', '\uFFFD'))
  return [...new Set(names)].toSorted()
}

function shorten(lines: readonly string[], most: number): string[] {
  const more = lines.length - most
  return more > 0 ? [...lines.slice(0, most), `    … and ${more} more; the JSON report lists all`] : [...lines]
}
