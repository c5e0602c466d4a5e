/** Measures how long anybody was inside, however many were. */
export interface Stopwatch {
  enter(): void
  leave(): void
  /** Milliseconds so far; the count starts anew. */
  take(): number
}

export function createStopwatch(now: () => number = () => performance.now()): Stopwatch {
  let inside = 0
  let since = 0
  let total = 0
  return {
    enter() {
      if (inside++ === 0) since = now()
    },
    leave() {
      if (--inside === 0) total += now() - since
    },
    take() {
      const taken = total
      total = 0
      return taken
    },
  }
}
