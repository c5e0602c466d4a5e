import { ApiError } from '../errors.js'

/** Fetches of one account at once. */
const MOST_FETCHES = 3
/** So many failures of a host within the time leave it alone for as long. */
const MOST_FAILURES = 5
const CIRCUIT_MS = 60_000
/** Hosts whose failures are remembered. */
const MOST_HOSTS = 10_000

/** Keeps fetches of addresses within bounds, for the sake of this server and of those it asks. */
export interface FetchGuard {
  /**
   * Runs a fetch.
   * @throws {ApiError} when the account has too many, or the host failed too often; what `fetch` rejects with.
   */
  run<T>(accountId: string, host: string, fetch: () => Promise<T>): Promise<T>
}

export function createFetchGuard(now: () => number): FetchGuard {
  const fetching = new Map<string, number>()
  /** Times of failures by host, the host that failed last at the end. */
  const failures = new Map<string, number[]>()

  function recent(host: string): number[] {
    return (failures.get(host) ?? []).filter((at) => now() - at < CIRCUIT_MS)
  }

  function noteFailure(host: string): void {
    const times = [...recent(host), now()]
    failures.delete(host)
    failures.set(host, times)
    const [oldest] = failures.keys()
    if (failures.size > MOST_HOSTS && oldest !== undefined) failures.delete(oldest)
  }

  function count(accountId: string, change: 1 | -1): void {
    const next = (fetching.get(accountId) ?? 0) + change
    if (next === 0) fetching.delete(accountId)
    else fetching.set(accountId, next)
  }

  return {
    async run(accountId, host, fetch) {
      if (recent(host).length >= MOST_FAILURES) {
        throw new ApiError('url_fetch.domain_circuit_open', `${host} failed ${MOST_FAILURES} times in a minute.`)
      }
      if ((fetching.get(accountId) ?? 0) >= MOST_FETCHES) {
        const detail = `The account has ${MOST_FETCHES} addresses being fetched, and may have no more.`
        throw new ApiError('url_fetch.rate_limited', detail, { retryAfter: 1 })
      }
      count(accountId, 1)
      try {
        return await fetch()
      } catch (error) {
        if (error instanceof ApiError && error.fields['isRetryable'] === true) noteFailure(host)
        throw error
      } finally {
        count(accountId, -1)
      }
    },
  }
}
