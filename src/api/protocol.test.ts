import { describe, expect, test } from 'vitest'
import {
  isJobId,
  parseEntitlements,
  parseEstimate,
  parseJob,
  parseRefusal,
  parseSubmitted,
  priceOf,
} from './protocol.js'

const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
const id = '0197a7f0c3b27f0e8a51c2d3e4f50617'

describe('a submit answer', () => {
  test.each([
    [
      'long',
      { id, status: 'Queued', format: 'jpg', metrics: { inputBytes: 5, creditCost: 3 }, queue: { position: 2 } },
      3,
    ],
    ['short', { id, status: 'Queued', creditCost: 1 }, 1],
    ['without a price', { id, status: 'Queued', metrics: {} }, null],
  ])('%s', (_, answer, credits) => {
    expect(parseSubmitted(bytes(answer))).toEqual({ id, status: 'Queued', credits })
  })

  test.each([
    '',
    'null',
    '[]',
    '"id"',
    '<html>',
    '{"id":7}',
    '{"id":""}',
    '{"id":"../../admin"}',
    '{"id":"a\\r\\nx: 1"}',
    `{"id":"${'a'.repeat(200)}"}`,
    '{"__proto__":{"id":"polluted"}}',
    `${'{"a":'.repeat(50)}1${'}'.repeat(50)}`,
  ])('%s is none', (text) => {
    expect(parseSubmitted(bytes(text))).toBeUndefined()
  })
})

describe('a status answer', () => {
  test('says what is needed, whatever else it says', () => {
    const output = { fileName: 'photo.jpg', contentType: 'image/jpeg', fileCount: 1 }
    const answer = {
      id,
      status: 'Succeeded',
      progress: { percent: 100, phase: null },
      metrics: { inputBytes: 10, outputBytes: 4, creditCost: 1 },
      error: null,
      output,
      more: [{}],
    }
    expect(parseJob(bytes(answer))).toEqual({
      id,
      status: 'Succeeded',
      percent: 100,
      phase: null,
      queuePosition: null,
      inputBytes: 10,
      outputBytes: 4,
      credits: 1,
      output,
      error: null,
    })
  })

  test('sizes of a job that has not succeeded mean nothing', () => {
    expect(parseJob(bytes({ status: 'Running', metrics: { outputBytes: 10 } }))).toMatchObject({ outputBytes: null })
  })

  test.each([
    ['queued', 'Queued'],
    ['CANCELLED', 'Canceled'],
    ['Canceled', 'Canceled'],
    ['Paused', 'Unknown'],
  ])('%s is %s', (status, expected) => {
    expect(parseJob(bytes({ status }))?.status).toBe(expected)
  })

  test.each([{ code: 'x', detail: 'y\u001b[2J\r\nz' }, 'x', null, 7])(
    'a failure of any shape has a code: %j',
    (error) => {
      const failure = parseJob(bytes({ status: 'Failed', error }))?.error
      expect(['x', 'unknown']).toContain(failure?.code)
      expect(failure?.detail ?? '').not.toMatch(/\p{Cc}/u)
    },
  )

  test.each(['', '{}', '{"status":5}', '[]'])('%s is none', (text) => {
    expect(parseJob(bytes(text))).toBeUndefined()
  })
})

test('negative, infinite and textual amounts are none', () => {
  for (const credits of ['-1', '"5"', '1e999', 'null']) {
    expect(parseEstimate(bytes(`{"estimatedCredits":${credits}}`))).toBeUndefined()
    expect(parseEntitlements(bytes(`{"totalCredits":${credits}}`))).toBeUndefined()
  }
})

test('errors are told in one short line', () => {
  const refusal = parseRefusal(bytes({ error: 'a.b\u2028c', detail: 'x'.repeat(5000), isRetryable: true }))
  expect(refusal.code).toBe('a.b c')
  expect(refusal.detail?.length).toBe(300)
  expect(refusal.isRetryable).toBe(true)
  expect(parseRefusal(bytes('<html>'))).toEqual({ code: null, detail: null, isRetryable: null })
})

test.each([
  [{ strategy: 'PerMegabyte', baseCost: 1, increment: 40 }, 125_829_120, 3],
  [{ strategy: 'PerMegabyte', baseCost: 1, increment: 5 }, 1, 1],
  [{ strategy: 'PerMegabyte', baseCost: 2, increment: 5 }, 5 * 2 ** 20 + 1, 4],
  [{ strategy: 'Fixed', baseCost: 3, increment: null }, 10 ** 9, 3],
  [{ strategy: 'PerMegabyte', baseCost: 1, increment: null }, 1, null],
] as const)('%j costs for %d bytes %j', (costing, size, expected) => {
  expect(priceOf(costing, size)).toBe(expected)
})

test.each([
  [id, true],
  ['0197a7f0-c3b2-7f0e-8a51-c2d3e4f50617', true],
  ['a/b', false],
  ['..', false],
  ['', false],
  ['-a', false],
])('%j can be the id of a job: %j', (text, expected) => {
  expect(isJobId(text)).toBe(expected)
})
