/** How long a build may wait in all. */
export interface Allowance {
  /** Somebody waits from here on. `undefined` when all time is spent. */
  begin(): Wait | undefined
  /** What came of waiting gives some of the time back. @param ms Milliseconds. */
  earn(ms: number): void
  /** A new build has all of it. */
  reset(): void
}

/** One who waits. */
export interface Wait {
  /** Aborts when all time is spent. */
  readonly signal: AbortSignal
  end(): void
}

// How often the clock is read, and the most that one look counts, in milliseconds. What is beyond that is a process too busy
// to hear an answer, which has not waited.
const tickMs = 100
const mostStepMs = 250

/**
 * A clock that runs while anybody waits, however many do.
 * @param mostMs What is there at first, and the most there is at any time.
 */
export function createAllowance(mostMs: number, now: () => number = () => performance.now()): Allowance {
  const waiting = new Set<AbortController>()
  let left = mostMs
  let since = 0
  let timer: NodeJS.Timeout | undefined

  return {
    begin() {
      if (left <= 0) return undefined
      const controller = new AbortController()
      if (waiting.size === 0) start()
      waiting.add(controller)
      return {
        signal: controller.signal,
        end() {
          if (!waiting.delete(controller) || waiting.size > 0) return
          count()
          clearTimeout(timer)
        },
      }
    },
    earn(ms) {
      count()
      // Time that is up stays up: those who waited were told.
      if (left > 0) left = Math.min(mostMs, left + ms)
    },
    reset() {
      count()
      left = mostMs
    },
  }

  function start(): void {
    since = now()
    timer = setTimeout(look, tickMs)
  }

  /** Takes what has passed from what is left. */
  function count(): void {
    const time = now()
    if (waiting.size > 0) left -= Math.min(time - since, mostStepMs)
    since = time
  }

  function look(): void {
    count()
    if (left > 0) {
      timer = setTimeout(look, tickMs)
      return
    }
    for (const controller of waiting) controller.abort()
    waiting.clear()
  }
}
