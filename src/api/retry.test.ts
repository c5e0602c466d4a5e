import { expect, test } from 'vitest'
import { type Endpoint, type Failure, meaningOf, ordinary, parseRetryAfter, throttled, waitMs } from './retry.js'

const now = Date.UTC(2026, 0, 1, 12, 0, 0)
const date = (time: number) => new Date(time).toUTCString()
const refused = (status: number, code: string | null = null): Failure => ({
  kind: 'refused',
  status,
  code,
  askedMs: null,
  isRetryable: null,
})

test.each<[string | undefined, string | undefined, number | null]>([
  ['12', undefined, 12_000],
  [' 0 ', undefined, 0],
  ['0.5', undefined, 500],
  ['-5', undefined, null],
  ['soon', undefined, null],
  ['1e9', undefined, null],
  ['', undefined, null],
  [undefined, undefined, null],
  [date(now + 90_000), undefined, 90_000],
  [date(now - 90_000), undefined, 0],
  // The service's clock is an hour ahead of ours, and it is the one that counts.
  [date(now + 3_610_000), date(now + 3_600_000), 10_000],
  ['2026-01-01', undefined, null],
  ['Thu, 99 Foo 2026 25:61:61 GMT', undefined, null],
])('Retry-After %j beside Date %j asks for %j ms', (value, serverDate, expected) => {
  expect(parseRetryAfter(value, serverDate, now)).toBe(expected)
})

test('what the service asks for is the least, for every chance and every number of tries', () => {
  for (let tried = 1; tried < 40; tried++) {
    for (const chance of [0, 0.3, 1]) {
      for (const asked of [0, 1, 999, 12_000, 86_400_000]) {
        const wait = waitMs(tried, asked, throttled, chance)
        expect(wait).toBeGreaterThanOrEqual(asked)
        expect(wait).toBeLessThanOrEqual(asked + 1000)
      }
    }
  }
})

test('unasked waits double up to a longest one', () => {
  const waits = [1, 2, 3, 4, 5, 6, 7].map((tried) => waitMs(tried, null, throttled, 1))
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
  expect(waitMs(1, null, ordinary, 0)).toBe(125)
})

test.each<[Failure, Endpoint, string]>([
  [{ kind: 'unsent' }, 'submit', 'again'],
  [{ kind: 'lost' }, 'submit', 'uncertain'],
  [{ kind: 'lost' }, 'status', 'again'],
  [{ kind: 'unreadable' }, 'submit', 'uncertain'],
  [refused(500), 'submit', 'uncertain'],
  [refused(502), 'submit', 'uncertain'],
  [refused(503), 'submit', 'again'],
  [refused(504), 'download', 'again'],
  [refused(429), 'submit', 'throttled'],
  [refused(401), 'discovery', 'key'],
  [refused(403), 'submit', 'key'],
  [refused(403, 'jobs.forbidden'), 'status', 'gone'],
  [refused(402), 'submit', 'credits'],
  [refused(404), 'status', 'early'],
  [refused(404), 'submit', 'elsewhere'],
  [refused(308), 'submit', 'elsewhere'],
  [refused(302), 'download', 'again'],
  [refused(409), 'download', 'early'],
  [refused(409), 'submit', 'again'],
  [refused(409), 'delete', 'final'],
  [refused(410), 'download', 'gone'],
  [refused(422), 'submit', 'final'],
  [{ kind: 'refused', status: 400, code: 'url_fetch.http_error', askedMs: null, isRetryable: true }, 'submit', 'again'],
])('%j at %s means %s', (failure, endpoint, expected) => {
  expect(meaningOf(failure, endpoint)).toBe(expected)
})
