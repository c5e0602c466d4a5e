/** A token bucket: so much at once, and so much a second after that. Time is an argument, in milliseconds. */
export interface Bucket {
  /** Takes a token, now or from the future. @returns how long to wait until it may be used. */
  take(now: number): number
  /** Nothing before this time, and then one; what was saved up is lost. */
  empty(until: number): void
  /** Tokens a second from now on. */
  setRate(perSecond: number, now: number): void
}

export function createBucket(perSecond: number, burst: number): Bucket {
  let rate = perSecond
  let tokens = burst
  let at = 0

  function refill(now: number): void {
    if (now <= at) return
    tokens = Math.min(burst, tokens + ((now - at) / 1000) * rate)
    at = now
  }

  return {
    take(now) {
      refill(now)
      tokens--
      const wait = tokens >= 0 ? 0 : (-tokens / rate) * 1000
      return wait + Math.max(0, at - now)
    },
    empty(until) {
      tokens = Math.min(tokens, 1)
      at = Math.max(at, until)
    },
    setRate(next, now) {
      refill(now)
      rate = next
    },
  }
}
