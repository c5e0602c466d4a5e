const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Waits after each try that failed. Results are gone after an hour; that a job ended is news for longer. */
const waits = [5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR]
const LONGEST = 24 * HOUR

/**
 * Milliseconds until the next try, `undefined` when there is none. Never sooner than the receiver asked.
 *
 * @param tried Tries so far, 1 and up.
 * @param chance From 0 to 1: spreads messages that failed together over a fifth of the wait.
 */
export function nextTry(tried: number, chance: number, askedMs = 0): number | undefined {
  const wait = waits[tried - 1]
  if (wait === undefined) return undefined
  return Math.max(Math.min(askedMs, LONGEST), Math.round(wait * (0.9 + 0.2 * chance)))
}
