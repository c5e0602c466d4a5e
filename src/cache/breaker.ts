/** Leave for one request. Whoever got it says how it went; what is said by those of before an outage counts for nothing. */
export interface Pass {
  succeed(): void
  fail(): void
}

/** Keeps away from a service in trouble. */
export interface Breaker {
  /** Leave to ask, or `undefined` while the service is left alone. After a pause one request finds out how it is. */
  enter(): Pass | undefined
  /** The service is left alone from now on, whatever was said before. */
  trip(): void
}

// Both figures as in Turborepo's breaker for its remote cache.
const failuresToOpen = 3
const pauseMs = 30_000

/** @param now Milliseconds that only grow. */
export function createBreaker(now: () => number = () => performance.now()): Breaker {
  let failures = 0
  let openUntil: number | undefined
  let isProbed = false
  // Grows with each change of state, so that late answers are known for what they are.
  let era = 0

  return {
    enter() {
      if (openUntil !== undefined) {
        if (isProbed || now() < openUntil) return undefined
        isProbed = true
      }
      const mine = era
      return {
        succeed() {
          if (mine === era) close()
        },
        fail() {
          if (mine !== era) return
          failures++
          if (isProbed || failures >= failuresToOpen) open()
        },
      }
    },
    trip: open,
  }

  function open(): void {
    era++
    openUntil = now() + pauseMs
    isProbed = false
  }

  function close(): void {
    failures = 0
    if (openUntil === undefined) return
    era++
    openUntil = undefined
    isProbed = false
  }
}
