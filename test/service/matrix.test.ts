import pLimit from 'p-limit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Canary, startCanary } from './canary.js'
import type { Fault } from './fault-proxy.js'
import { type ChangeName, changes, type FaultName, faults } from './faults.js'
import { type Column, columns } from './matrix.js'
import { type Outcome, runCase } from './run-case.js'
import { smallPng, startServer, type TestServer } from './server.js'

const all: Record<FaultName | ChangeName, Fault> = { ...faults, ...changes }
const names = Object.keys(all) as (FaultName | ChangeName)[]
const cases = columns.flatMap((column) =>
  names.flatMap((name) => {
    const expected = column.expected[name]
    return expected ? [{ column, name, expected, title: `${column.title}: ${name}` }] : []
  }),
)

// Clocks that run out soon, for those faults that only a clock ends, and still too late for what a busy machine answers.
const soon = { connectMs: 1000, answerMs: 5000, windowMs: 2500, floorBytes: 1000 }
const slow: readonly string[] = ['silent', 'slowQuestion', 'slowAnswer']
// What is said of a job that is over goes for each look, as it need not be over at the first.
const lasting: readonly string[] = ['otherBytes', 'noGain']

const results = new Map<string, Outcome | Error>()
let server: TestServer
let canary: Canary

beforeAll(async () => {
  server = await startServer()
  canary = await startCanary()
  const file = await smallPng(1)
  // They mostly wait, and those that wait longest begin.
  const limit = pLimit(32)
  const isSlow = ({ name }: { name: string }) => Number(slow.includes(name))
  const inOrder = cases.toSorted((a, b) => isSlow(b) - isSlow(a))
  await Promise.all(
    inOrder.map(({ title, column, name }) =>
      limit(async () => {
        const plan = planOf(column, name)
        const result = await runCase({ server, file, plan, ...(slow.includes(name) && { clocks: soon }) }).catch(
          asError,
        )
        results.set(title, result)
      }),
    ),
  )
})
afterAll(async () => {
  await canary.close()
  await server.close()
})

function planOf({ route, knowsRepeats }: Column, name: FaultName | ChangeName) {
  return {
    fault: (asked: string, count: number) =>
      asked === route && (count === 0 || lasting.includes(name)) ? all[name] : undefined,
    knowsRepeats,
    elsewhere: canary.url,
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}

test('there are more than 200 cases, and every endpoint meets every fault', () => {
  expect(cases.length).toBeGreaterThan(200)
  for (const { title, expected } of columns) {
    for (const name of Object.keys(faults)) expect(Object.keys(expected), title).toContain(name)
  }
})

test('nobody goes where redirects lead', async () => {
  expect(canary.connections).toBe(0)
  // Somebody who did would have been seen.
  await expect(fetch(canary.url)).rejects.toThrow()
  expect(canary.connections).toBeGreaterThan(0)
})

describe.each(cases)('$title', ({ title, column, expected }) => {
  test(`${expected.outcome}, ${expected.requests} requests, ${expected.credits} credits`, () => {
    const result = results.get(title)
    if (result === undefined || result instanceof Error) throw result ?? new Error('It did not run.')
    const { outcome, charged, proxy, hint } = result
    const requests = proxy.counts[column.route]
    const isPolled = column.route === 'status' && expected.requests > 1
    expect({ outcome, charged }).toEqual({ outcome: expected.outcome, charged: expected.credits })
    if (isPolled || column.route === 'status') expect(requests).toBeGreaterThanOrEqual(expected.requests)
    else expect(requests).toBe(expected.requests)
    // Nothing else is asked for more often than is needed.
    expect(proxy.counts.other + proxy.counts.cancel).toBe(0)
    if (column.route !== 'submit')
      expect(proxy.counts.submit).toBe(Math.max(column.route === 'estimate' ? 0 : 1, expected.credits))
    if (/^[A-Z]/.test(expected.outcome)) expect(hint.length).toBeGreaterThan(20)
  })
})
