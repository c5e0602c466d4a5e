import { describe, expect, test } from 'vitest'
import { seeded } from '../../test/faults/workers/random.mjs'
import { createBucket } from './bucket.js'
import { paceOf, pollDelay } from './poll.js'
import { createRetryBudget } from './retry-budget.js'
import { createSpending } from './spending.js'
import { type Attempt, createWindow, mostOutstanding, type Window } from './window.js'

describe('jobs outstanding', () => {
  /** Submits whatever may be submitted. */
  function fill(window: Window, now: number): Attempt[] {
    const attempts: Attempt[] = []
    while (window.mayBegin(now)) attempts.push(window.begin())
    return attempts
  }

  test('begin with what can run at once and one more, and rise one by one to the limit', () => {
    const window = createWindow()
    const levels: number[] = []
    for (let round = 0; round < 30; round++) {
      for (const attempt of fill(window, 0)) window.accepted(attempt, 0)
      levels.push(window.outstanding)
    }
    expect(levels.slice(0, 3)).toEqual([7, 8, 9])
    expect(levels.at(-1)).toBe(mostOutstanding)
  })

  test('a refusal is a pause, and fewer afterwards', () => {
    const window = createWindow()
    const attempts = fill(window, 0)
    const probe = attempts.pop()
    for (const attempt of attempts) window.accepted(attempt, 0)
    if (!probe) throw new Error('There is a seventh.')
    window.refused(probe, 3000, 0)
    for (const _ of attempts) window.end()
    expect(window.mayBegin(2999)).toBe(false)
    expect(window.waitMs(1000)).toBe(2000)
    expect(fill(window, 3000)).toHaveLength(6)
  })

  test.each([1, 2, 3])('%d builds on an account use it wholly, with few refusals', (builds) => {
    for (const number of [1, 2, 3]) {
      const { seconds, bound, submits, refused } = simulate(builds, seeded(number))
      expect(refused / submits).toBeLessThan(0.05)
      expect(seconds / bound).toBeLessThan(1.2)
      if (builds === 1) expect(refused).toBe(0)
    }
  })

  /** Builds of 200 files each, whose jobs take one to three seconds and are seen to have ended a moment later. */
  function simulate(builds: number, random: () => number) {
    const windows = Array.from({ length: builds }, () => ({ window: createWindow(), left: 200 }))
    let jobs: { window: Window; endsAt?: number; seenAt?: number }[] = []
    let submits = 0
    let refused = 0
    let work = 0
    for (let now = 0; ; now += 50) {
      const alive = jobs.filter((job) => job.endsAt === undefined || job.endsAt > now)
      for (const job of alive.slice(0, 6)) {
        if (job.endsAt !== undefined) continue
        const length = 1000 + random() * 2000
        work += length
        job.endsAt = now + length
        job.seenAt = job.endsAt + 200 + random() * 600
      }
      for (const { window, seenAt = Number.POSITIVE_INFINITY } of jobs) if (seenAt <= now) window.end()
      jobs = jobs.filter(({ seenAt = Number.POSITIVE_INFINITY }) => seenAt > now)
      for (const build of windows) {
        const { window } = build
        while (build.left > 0 && window.mayBegin(now)) {
          const attempt = window.begin()
          submits++
          const outstanding = jobs.filter(({ endsAt = Number.POSITIVE_INFINITY }) => endsAt > now).length
          if (outstanding >= mostOutstanding) {
            refused++
            window.refused(attempt, 1000, now)
          } else {
            build.left--
            window.accepted(attempt, now)
            jobs.push({ window })
          }
        }
      }
      if (jobs.length === 0 && windows.every(({ left }) => left === 0)) {
        return { seconds: now / 1000, bound: work / 6000, submits, refused }
      }
    }
  }
})

describe('polls', () => {
  test.each([
    ['jpeg', 10_000],
    ['avif', 10_000],
    ['pdf', 10_000],
    ['png', 60_000_000],
  ] as const)(
    'of a %s of %d bytes stay within one a second and thirty at once, and are no later than a quarter of its length',
    (format, size) => {
      const pace = paceOf(format, size)
      for (let length = 200; length < 300_000; length *= 1.3) {
        let at = pace.shortestMs
        let tokens = 30
        let last = 0
        for (;;) {
          tokens = Math.min(30, tokens + (at - last) / 1000) - 1
          expect(tokens).toBeGreaterThan(0)
          last = at
          if (at >= length) break
          at += pollDelay(pace, at)
        }
        expect(at - length).toBeLessThanOrEqual(Math.min(pace.longestMs, Math.max(pace.shortestMs, length / 4)))
      }
    },
  )

  test('a bucket gives what it has at once, then so many a second', () => {
    const bucket = createBucket(2, 3)
    expect([0, 0, 0, 0, 0].map((now) => bucket.take(now))).toEqual([0, 0, 0, 500, 1000])
    bucket.empty(10_000)
    // One at that time, and not before.
    expect(bucket.take(9000)).toBeGreaterThanOrEqual(1000)
    expect(bucket.take(9000)).toBeGreaterThan(1000)
  })
})

test('retries run out when none of them helps, and do not when they do', () => {
  const hopeless = createRetryBudget()
  let retries = 0
  while (hopeless.take()) retries++
  expect(retries).toBe(100)
  const helpful = createRetryBudget()
  for (let round = 0; round < 1000; round++) {
    expect(helpful.take()).toBe(true)
    helpful.refund(true)
  }
})

test('a build never sets aside more than it may spend', () => {
  const spending = createSpending({ maxCredits: 5, maxUncertain: 1 })
  spending.reserve(3)
  expect(() => spending.reserve(3)).toThrow(/spent 3 of the 5 credits/)
  spending.settle(3, 1)
  spending.reserve(4)
  expect(() => spending.reserve(1)).toThrow(expect.objectContaining({ code: 'CREDIT_LIMIT', scope: 'run' }))
  expect(spending.take()).toBe(5)
  expect(spending.take()).toBe(0)
  expect([spending.takeDoubt(), spending.takeDoubt()]).toEqual([true, false])
})
