import {
  type CompressionError,
  CreditsSpentError,
  JobFailedError,
  KeyRejectedError,
  ServiceUnavailableError,
} from '../errors.js'
import { sleep } from '../util/sleep.js'
import { formatDuration } from '../util/units.js'
import type { Account } from './account.js'
import type { ServiceClient } from './client.js'
import { RequestFailedError } from './failure.js'
import type { Ledger } from './ledger.js'
import { type Endpoint, type Meaning, meaningOf, ordinary, throttled, waitMs } from './retry.js'
import type { Spending } from './spending.js'

/** What jobs of one build are done with. */
export interface Service {
  readonly client: ServiceClient
  readonly account: Account
  readonly ledger: Ledger
  readonly spending: Spending
  /** The service's host, for messages. */
  readonly host: string
  /** Most milliseconds for a file, from its submit to its bytes. */
  readonly timeoutMs: number
  /** A number from 0 to 1, anew each time. */
  readonly random: () => number
}

/** Until when, by `performance.now()`, and unless somebody says so before. */
export interface Patience {
  readonly until: number
  readonly signal: AbortSignal
}

/** Tries for what is not paid yet: five waits, together below ten seconds. */
export const mostTries = 6
// What is paid is worth some more: about twenty seconds. Downloads cost those who send them, too.
const triesOf = { submit: mostTries, status: 9, download: 5, cancel: 2, delete: 2, discovery: 2 } as const

/**
 * Asks until there is an answer, as far as asking again does no harm and is of use.
 * @throws {RequestFailedError} for what the caller has to think about: `early`, `gone`, `uncertain`, `final`.
 * @throws {CompressionError} of scope `run` for what no request can do anything about.
 */
export async function persist<T>(
  service: Service,
  endpoint: Endpoint,
  ask: () => Promise<T>,
  { until, signal }: Patience,
): Promise<T> {
  const begun = performance.now()
  let failures = 0
  for (let tried = 1; ; tried++) {
    try {
      const answer = await ask()
      service.account.succeeded(tried > 1)
      return answer
    } catch (error) {
      if (!(error instanceof RequestFailedError)) throw error
      const meaning = meaningOf(error.failure, endpoint)
      const runError = runErrorOf(meaning, error, service.host)
      if (runError) throw runError
      if (meaning !== 'again' && meaning !== 'throttled') throw error
      const wait = waitOf(error, meaning, tried, service)
      const isTooLate = performance.now() + wait > until
      if (meaning === 'throttled') {
        if (isTooLate) throw tooBusy(service.host, wait)
        service.account.slowDown(wait)
      } else if (isTooLate || ++failures >= triesOf[endpoint] || !service.account.retries.take()) {
        throw exhausted(service, error, begun)
      }
      await sleep(wait, signal)
    }
  }
}

/** How long to wait after a failure; what the service asks for is the least. */
export function waitOf({ failure }: RequestFailedError, meaning: Meaning, tried: number, { random }: Service): number {
  const askedMs = failure.kind === 'refused' ? failure.askedMs : null
  return waitMs(tried, askedMs, meaning === 'throttled' ? throttled : ordinary, random())
}

/** The failure of all further requests, where one means that. */
export function runErrorOf(meaning: Meaning, error: RequestFailedError, host: string): CompressionError | undefined {
  if (meaning === 'key') {
    return new KeyRejectedError(`The service at ${host} does not take the API key: ${error.message}.`, {
      hint: 'Check TOOLS_FAST_API_KEY or `api.key`, and whether the key is for another IP address. Files ship as they are.',
    })
  }
  if (meaning === 'credits') {
    return new CreditsSpentError(
      'CREDITS_SPENT',
      `The account at ${host} has too few credits left: ${error.message}.`,
      {
        hint: "Files ship as they are. Buy credits, or set `engine: 'local'` or `fallback: 'local'` to go on without.",
      },
    )
  }
  if (meaning === 'elsewhere') {
    return new ServiceUnavailableError(
      'SERVICE_UNAVAILABLE',
      `What answers at ${host} is not the service: ${error.message}.`,
      {
        hint: 'Check `api.url` or COMPRESS_FAST_URL. Files ship as they are.',
      },
    )
  }
  return undefined
}

/** Many tries failed. Whether others have fared better since then tells the whole service from this one file. */
export function exhausted(service: Service, error: RequestFailedError, begun: number): CompressionError {
  if (service.account.succeededAt >= begun) {
    return new JobFailedError('JOB_LOST', `the service could not be asked about it: ${error.message}.`, {
      hint: 'It ships as it is. What was paid for is picked up by the next build.',
      cause: error,
    })
  }
  return new ServiceUnavailableError(
    'SERVICE_UNAVAILABLE',
    `The service at ${service.host} cannot be used: ${error.message}.`,
    {
      hint: "Files ship as they are; what was paid for is picked up by the next build. Check `COMPRESS_FAST_URL`, or name a `fallback: 'local'`.",
      cause: error,
    },
  )
}

export function tooBusy(host: string, wait: number): ServiceUnavailableError {
  const message = `The service at ${host} asks to come back in ${formatDuration(wait)}, which is later than this build waits.`
  return new ServiceUnavailableError('SERVICE_BUSY', message, {
    hint: "Files ship as they are, and the next build goes on with them. Raise `api.timeout`, or name a `fallback: 'local'`.",
  })
}
