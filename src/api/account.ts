import pLimit from 'p-limit'
import type { Secret } from '../util/secret.js'
import { sleep } from '../util/sleep.js'
import { accountId } from './account-id.js'
import { type Bucket, createBucket } from './bucket.js'
import type { Costing } from './protocol.js'
import { createRetryBudget, type RetryBudget } from './retry-budget.js'
import { type Attempt, createWindow } from './window.js'

/** What all builds of a process know of an account together. */
export interface Account {
  /** Stands for address and key where these must not be seen. */
  readonly id: string
  /** Waits until one more job may be submitted. @throws the signal's reason. */
  enter(signal: AbortSignal): Promise<Place>
  /** A place for a job that an earlier build submitted, which has one whatever we think. */
  adopt(): Place
  /** Waits until the state of a job may be asked for. @throws the signal's reason. */
  poll(signal: AbortSignal): Promise<void>
  /** Polls are refused: all of them go slower, and none before this. */
  slowDown(pauseMs: number): void
  readonly retries: RetryBudget
  /** A request succeeded. */
  succeeded(wasRetried: boolean): void
  /** When one last did, as `performance.now()` tells time. */
  readonly succeededAt: number
  /** Whether the service said that it knows repeated submits by their key. */
  knowsRepeats: boolean
  /** Prices by format, `null` where the service does not tell. */
  readonly prices: Map<string, Promise<Costing | null>>
}

/** A job's place among those that the account may have outstanding. */
export interface Place {
  /** The service took the job. */
  accepted(): void
  /** The service refused it, as there are too many. The place is lost, and nobody gets one for so long. */
  refused(pauseMs: number): void
  /** The job ended, or was never begun. Only the first word on a place counts. */
  leave(): void
}

// The accounts of this process, also across copies of this package. The number changes with the shape of an account.
const symbol = Symbol.for('unplugin-compress-fast/accounts@1')

/** The one account of this process behind an address and a key. */
export function accountOf(url: URL, key: Secret): Account {
  const holder = globalThis as { [symbol]?: Map<string, Account> }
  holder[symbol] ??= new Map()
  const id = accountId(url, key)
  const account = holder[symbol].get(id) ?? createAccount(id)
  holder[symbol].set(id, account)
  return account
}

/*
 * How often all jobs of an account together are looked at. Documented are 1 a second for each job, with 30 at once; in
 * case that it is meant for the key alone we begin there, rise with each look that is not refused, and fall by half with
 * each that is. 18 is every job once a second.
 */
const firstPollRate = 1
const slowestPollRate = 0.25
const quickestPollRate = 18
const pollRateStep = 0.5
const pollBurst = 30

export function createAccount(id: string): Account {
  const window = createWindow()
  const polls: Bucket = createBucket(firstPollRate, pollBurst)
  const retries = createRetryBudget()
  // Whoever came first goes first, and only the first needs to be told when a place is free.
  const inTurn = pLimit(1)
  let pollRate = firstPollRate
  let wake: (() => void) | undefined
  let succeededAt = Number.NEGATIVE_INFINITY

  return {
    id,
    enter: (signal) => inTurn(() => waitForPlace(signal)),
    adopt() {
      window.adopt()
      return placeOf(undefined)
    },
    async poll(signal) {
      await sleep(polls.take(performance.now()), signal)
      setPollRate(pollRate + pollRateStep)
    },
    slowDown(pauseMs) {
      polls.empty(performance.now() + pauseMs)
      setPollRate(pollRate / 2)
    },
    retries,
    succeeded(wasRetried) {
      succeededAt = performance.now()
      retries.refund(wasRetried)
    },
    get succeededAt() {
      return succeededAt
    },
    knowsRepeats: false,
    prices: new Map(),
  }

  async function waitForPlace(signal: AbortSignal): Promise<Place> {
    for (;;) {
      signal.throwIfAborted()
      const now = performance.now()
      if (window.mayBegin(now)) return placeOf(window.begin())
      await change(window.waitMs(now), signal)
    }
  }

  function placeOf(attempt: Attempt | undefined): Place {
    let isLeft = false
    const once = (act: () => void) => {
      if (!isLeft) act()
      isLeft = true
      wake?.()
    }
    return {
      accepted() {
        if (attempt) window.accepted(attempt, performance.now())
        wake?.()
      },
      refused: (pauseMs) => once(() => attempt && window.refused(attempt, pauseMs, performance.now())),
      leave: () => once(() => window.end(attempt)),
    }
  }

  /** Resolves when places may have changed. Those who wait for their turn hold the process up, as sleepers do. */
  async function change(mostMs: number | null, signal: AbortSignal): Promise<void> {
    const woken = new AbortController()
    wake = () => woken.abort()
    await sleep(mostMs ?? 60_000, AbortSignal.any([signal, woken.signal])).catch(() => undefined)
    wake = undefined
  }

  function setPollRate(next: number): void {
    pollRate = Math.min(quickestPollRate, Math.max(slowestPollRate, next))
    polls.setRate(pollRate, performance.now())
  }
}
