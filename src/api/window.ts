/**
 * How many jobs an account may have outstanding, as far as we can tell: the limit is known, but others may use the same
 * account. Pure bookkeeping; times are in milliseconds.
 */
export interface Window {
  /** Whether one more may be submitted. */
  mayBegin(now: number): boolean
  /** When to ask again, in milliseconds, where only time is missing; `null` where a job has to end first. */
  waitMs(now: number): number | null
  /** One more is being submitted. */
  begin(): Attempt
  /** A job that was submitted earlier, by a build that was killed, counts too. */
  adopt(): void
  accepted(attempt: Attempt, now: number): void
  /** Refused because there are too many. None before `askedMs` from now. */
  refused(attempt: Attempt, askedMs: number, now: number): void
  /** A job ended, or was never begun. */
  end(attempt?: Attempt): void
  /** Jobs outstanding. */
  readonly outstanding: number
}

/** A submit under way. */
export interface Attempt {
  /** How many are outstanding with it. */
  readonly level: number
  /** Whether it finds out if there is room for one more than ever was. */
  readonly isProbe: boolean
}

/** The service's limit of jobs queued or running on an account. */
export const mostOutstanding = 18
/** The service runs this many of them at once. */
const mostRunning = 6

// After a refusal nothing grows for a moment, and for much longer not back to where it was refused, each time twice as long.
const pauseMs = 2000
const firstHoldMs = 15_000
const longestHoldMs = 60_000
// Beyond what was ever refused it grows slowly: others are there.
const stepMs = 2000

/**
 * Begins with as many as can run at once, and feels its way up by one submit at a time, so that at most one is refused
 * when others already fill the account. A refusal takes some back: what several builds hold moves towards equal shares, as
 * additive increase and multiplicative decrease do (Chiu and Jain, 1989). It rises again at once to just below where it
 * was refused and stays there for a while, as CUBIC does (RFC 9438). The numbers are those with which one, two and three
 * simulated builds stayed within 5 % refusals and 15 % over the bound.
 */
export function createWindow(): Window {
  let outstanding = 0
  let safe = mostRunning
  let isProbing = false
  let ceiling = mostOutstanding + 1
  let stillUntil = 0
  let holdUntil = 0
  let holdMs = firstHoldMs
  let pausedUntil = 0

  const growsAt = () => (safe + 1 < ceiling ? stillUntil : Math.max(stillUntil, holdUntil))
  const mayProbe = (now: number) => !isProbing && safe < mostOutstanding && now >= growsAt()
  const limit = (now: number) => (mayProbe(now) ? safe + 1 : safe)

  return {
    mayBegin: (now) => now >= pausedUntil && outstanding < limit(now),
    waitMs(now) {
      if (now < pausedUntil) return pausedUntil - now
      return outstanding <= safe && now < growsAt() ? growsAt() - now : null
    },
    begin() {
      const attempt = { level: ++outstanding, isProbe: outstanding > safe }
      isProbing ||= attempt.isProbe
      return attempt
    },
    adopt() {
      outstanding++
    },
    accepted({ level, isProbe }, now) {
      if (!isProbe) return
      isProbing = false
      safe = Math.min(mostOutstanding, Math.max(safe, level))
      if (safe < ceiling) return
      ceiling = safe + 3
      holdUntil = now + stepMs
    },
    refused({ level, isProbe }, askedMs, now) {
      outstanding--
      if (isProbe) isProbing = false
      pausedUntil = Math.max(pausedUntil, now + askedMs)
      // Submits that were under way together are refused together, which is one refusal and not many.
      if (now < stillUntil && level > safe) return
      ceiling = level
      safe = Math.max(1, Math.floor(Math.min(safe, level - 1) * 0.85))
      stillUntil = now + pauseMs
      holdUntil = now + holdMs
      if (isProbe) holdMs = Math.min(longestHoldMs, holdMs * 2)
    },
    end(attempt) {
      outstanding--
      if (attempt?.isProbe) isProbing = false
    },
    get outstanding() {
      return outstanding
    },
  }
}
