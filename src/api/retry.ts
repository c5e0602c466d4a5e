// What a failed request means, and how long to wait. Arithmetic only; clocks and dice are arguments.

/** How a request ended without the answer that was hoped for. */
export type Failure =
  /** It cannot have been acted on: no connection, or the body was never sent to its end. */
  | { readonly kind: 'unsent' }
  /** It was sent, and its answer did not come to its end. */
  | { readonly kind: 'lost' }
  /** A success that does not read like one. */
  | { readonly kind: 'unreadable' }
  /** Any other status. */
  | {
      readonly kind: 'refused'
      readonly status: number
      readonly code: string | null
      /** What the service asks to wait, in milliseconds. */
      readonly askedMs: number | null
      readonly isRetryable: boolean | null
    }

/** What asked: only the first costs money, and only it cannot simply be asked again. */
export type Endpoint = 'submit' | 'status' | 'download' | 'cancel' | 'delete' | 'discovery'

/**
 * What follows.
 * `again`: the same request, later. `throttled`: the same, and everybody on the account goes slower.
 * `uncertain`: it may have been charged, so it is not simply asked again.
 * `early`: the job is there but not yet to be seen. `gone`: its result is no longer there.
 * `key`, `credits`: no request like this one can succeed. `elsewhere`: what answers is not the service. `final`: this
 * one cannot succeed.
 */
export type Meaning = 'again' | 'throttled' | 'uncertain' | 'early' | 'gone' | 'key' | 'credits' | 'elsewhere' | 'final'

/** What a failure means for the request that met it. */
export function meaningOf(failure: Failure, endpoint: Endpoint): Meaning {
  if (failure.kind === 'unsent') return 'again'
  if (failure.kind !== 'refused') return endpoint === 'submit' ? 'uncertain' : 'again'
  const { status, code } = failure
  if (status === 429) return 'throttled'
  if (status === 401) return 'key'
  // Another account's job is nothing that the key is to blame for.
  if (status === 403) return code === 'jobs.forbidden' ? 'gone' : 'key'
  if (status === 402) return 'credits'
  if (status === 410) return 'gone'
  if (status === 404 && (endpoint === 'status' || endpoint === 'download')) return 'early'
  if (endpoint === 'submit' && isElsewhere(status)) return 'elsewhere'
  if (status === 409) return meaningOfConflict(endpoint)
  if (status === 408 || status === 425) return 'again'
  if (status === 503) return 'again'
  if (status >= 500) return endpoint === 'submit' ? 'uncertain' : 'again'
  if (status >= 300 && status < 400) return 'again'
  return failure.isRetryable === true ? 'again' : 'final'
}

/**
 * Whether an answer to a submit can only come from another address than that of the service. A redirect is one, too, and
 * never followed: the key goes to the configured address and nowhere else.
 */
function isElsewhere(status: number): boolean {
  return (status >= 300 && status < 400) || status === 404 || status === 405
}

/** A submit in conflict is a twin of one under way (draft-ietf-httpapi-idempotency-key-header); a download is too early. */
function meaningOfConflict(endpoint: Endpoint): Meaning {
  if (endpoint === 'submit') return 'again'
  return endpoint === 'status' || endpoint === 'download' ? 'early' : 'final'
}

/** How waits grow. */
export interface Backoff {
  /** First wait, in milliseconds; each further one is twice as long. */
  readonly baseMs: number
  readonly longestMs: number
}

/** For failures that are nobody's fault. */
export const ordinary: Backoff = { baseMs: 250, longestMs: 8000 }
/** What the service asks of those it told to slow down, where it does not say how long: 1, 2, 4 … 30 s. */
export const throttled: Backoff = { baseMs: 1000, longestMs: 30_000 }

/**
 * How long to wait before the next try. What the service asks for is the least, never the most: chance only adds to it.
 * @param tried Tries so far, from 1 up.
 * @param chance From 0 to 1.
 */
export function waitMs(tried: number, askedMs: number | null, { baseMs, longestMs }: Backoff, chance: number): number {
  if (askedMs !== null) return askedMs + chance * Math.min(1000, 50 + askedMs * 0.1)
  return Math.min(longestMs, baseMs * 2 ** (tried - 1)) * (0.5 + chance / 2)
}

/**
 * Milliseconds that a `Retry-After` asks for (RFC 9110, 10.2.3), or `null` when it says nothing. A date is compared with
 * the service's own clock where it tells it.
 */
export function parseRetryAfter(value: string | undefined, date: string | undefined, now: number): number | null {
  const text = value?.trim()
  if (!text) return null
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000
  const until = parseDate(text)
  if (until === null) return null
  return Math.max(0, until - (parseDate(date) ?? now))
}

/** A date as HTTP spells it; `Date.parse` alone takes almost anything for one. */
function parseDate(text: string | undefined): number | null {
  if (text === undefined || !/^[A-Z][a-z]{2,8},? .*\d{2}:\d{2}:\d{2}/.test(text)) return null
  const time = Date.parse(text)
  return Number.isNaN(time) ? null : time
}
