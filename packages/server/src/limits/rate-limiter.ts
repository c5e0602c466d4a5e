/** So many at once, then so many a second. */
export interface Rate {
  readonly burst: number
  readonly perSecond: number
}

/** What one question came to. */
export interface Taken {
  /** When the bucket is full again, in milliseconds. */
  readonly fullAt: number
  /** 0, or how long until there is a token, and then nothing was taken. */
  readonly waitMs: number
}

/**
 * Takes a token out of a bucket that is known by when it will be full again. Counting in time instead of in tokens
 * needs no fractions (the "generic cell rate algorithm").
 */
export function take(fullAt: number, { burst, perSecond }: Rate, now: number): Taken {
  const interval = 1000 / perSecond
  // A clock that was put back must not make anybody wait for longer than an empty bucket does.
  const before = Math.min(Math.max(fullAt, now), now + burst * interval)
  const waitMs = Math.max(0, before - now - (burst - 1) * interval)
  return { fullAt: waitMs > 0 ? before : before + interval, waitMs }
}

/** Buckets by name. */
export interface RateLimiter {
  /** 0, or how many milliseconds to wait. */
  take(name: string): number
}

/** Full buckets, which are as good as none, are looked for after so many new ones. */
const SWEEP_EVERY = 10_000

export function createRateLimiter(rate: Rate, now: () => number): RateLimiter {
  const buckets = new Map<string, number>()
  let sweepAt = SWEEP_EVERY

  function sweep(time: number): void {
    for (const [name, fullAt] of buckets) if (fullAt <= time) buckets.delete(name)
    sweepAt = buckets.size + SWEEP_EVERY
  }

  return {
    take(name) {
      const time = now()
      if (buckets.size >= sweepAt) sweep(time)
      const { fullAt, waitMs } = take(buckets.get(name) ?? 0, rate, time)
      buckets.set(name, fullAt)
      return waitMs
    },
  }
}
