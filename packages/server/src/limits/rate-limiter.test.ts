import { expect, test } from 'vitest'
import { createRateLimiter, take } from './rate-limiter.js'

const rate = { burst: 30, perSecond: 1 }

test('30 at once, then one a second, and waiting as long as told is enough', () => {
  let time = 0
  const limiter = createRateLimiter(rate, () => time)
  for (let count = 0; count < 30; count += 1) expect(limiter.take('a')).toBe(0)
  expect(limiter.take('a')).toBe(1000)
  expect(limiter.take('b')).toBe(0)
  time += 999
  expect(limiter.take('a')).toBe(1)
  time += 1
  expect(limiter.take('a')).toBe(0)
  expect(limiter.take('a')).toBe(1000)
})

test('a clock that is put back makes nobody wait for longer than a second', () => {
  let time = 1e12
  const limiter = createRateLimiter(rate, () => time)
  for (let count = 0; count < 30; count += 1) limiter.take('a')
  time -= 1e9
  expect(limiter.take('a')).toBe(1000)
  time += 1000
  expect(limiter.take('a')).toBe(0)
})

test('in any stretch of time no more pass than a full bucket and what flowed in, and waiting as told is enough', () => {
  // A fixed walk through time: 100,000 questions, from none to five seconds apart.
  let state = 7
  let fullAt = 0
  let time = 0
  let inVain = 0
  const passed: number[] = []
  for (let count = 0; count < 100_000; count += 1) {
    state = (state * 48_271) % 0x7fff_ffff
    time += state % 9 === 0 ? state % 5000 : state % 60
    const taken = take(fullAt, rate, time)
    fullAt = taken.fullAt
    if (taken.waitMs === 0) passed.push(time)
    else if (take(fullAt, rate, time + taken.waitMs).waitMs > 0) inVain += 1
  }
  expect(inVain).toBe(0)
  const between = (first: number, last: number) => (passed[last] ?? 0) - (passed[first] ?? 0)
  // With `more` beyond a full bucket, as many seconds lie between the first and the last.
  const tooSoon = passed.flatMap((_, index) =>
    [1, 5, 60].filter(
      (more) =>
        index + rate.burst - 1 + more < passed.length && between(index, index + rate.burst - 1 + more) < more * 1000,
    ),
  )
  expect(tooSoon).toEqual([])
  expect(passed.length).toBeGreaterThan((time / 1000) * 0.9)
})
