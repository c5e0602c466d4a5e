/** A token bucket: so many at once, then so many a second. */
export interface Rate {
  readonly burst: number
  readonly perSecond: number
}

export interface Bucket {
  readonly tokens: number
  /** When it held them, in milliseconds. */
  readonly at: number
}

/** Takes a token out of a bucket; `waitMs` is 0, or how long until there is one, and then nothing was taken. */
export function take(bucket: Bucket, rate: Rate, now: number): { bucket: Bucket; waitMs: number } {
  // A clock that was put back gives nothing and takes nothing.
  const passed = Math.max(0, now - bucket.at)
  const tokens = Math.min(rate.burst, bucket.tokens + (passed * rate.perSecond) / 1000)
  if (tokens < 1) return { bucket: { tokens, at: now }, waitMs: Math.ceil(((1 - tokens) * 1000) / rate.perSecond) }
  return { bucket: { tokens: tokens - 1, at: now }, waitMs: 0 }
}

/** Buckets by name. */
export interface RateLimiter {
  /** 0, or how many milliseconds to wait. */
  take(name: string): number
}

/** Buckets are swept when there are this many more than were full at the last look. */
const SWEEP_EVERY = 10_000

export function createRateLimiter(rate: Rate, now: () => number): RateLimiter {
  const buckets = new Map<string, Bucket>()
  const fullAfter = (rate.burst / rate.perSecond) * 1000
  let sweepAt = SWEEP_EVERY

  /** A full bucket is as good as none. */
  function sweep(time: number): void {
    for (const [name, { at }] of buckets) if (time - at > fullAfter) buckets.delete(name)
    sweepAt = buckets.size + SWEEP_EVERY
  }

  return {
    take(name) {
      const time = now()
      if (buckets.size >= sweepAt) sweep(time)
      const taken = take(buckets.get(name) ?? { tokens: rate.burst, at: time }, rate, time)
      buckets.set(name, taken.bucket)
      return taken.waitMs
    },
  }
}
