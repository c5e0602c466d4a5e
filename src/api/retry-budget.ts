/** Retries that a build may still make. Shared by all its requests, so that a sick service is not finished off by them. */
export interface RetryBudget {
  /** Whether one more retry may be made; it is paid for then. */
  take(): boolean
  /** A request succeeded, after a retry or at once. */
  refund(wasRetried: boolean): void
}

// As in the AWS SDKs: a hundred retries in a row, and each success after one gives its price back.
const capacity = 500
const price = 5

export function createRetryBudget(): RetryBudget {
  let tokens = capacity
  return {
    take() {
      if (tokens < price) return false
      tokens -= price
      return true
    },
    refund(wasRetried) {
      tokens = Math.min(capacity, tokens + (wasRetried ? price : 1))
    },
  }
}
