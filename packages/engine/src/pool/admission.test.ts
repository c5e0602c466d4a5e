import { expect, test } from 'vitest'
import { admit, type Load, MOST_ALONE } from './admission.js'

const limits = { concurrency: 3, memoryBudget: 1000 }
const load = (some: Partial<Load>): Load => ({ running: 0, committed: 0, idle: [], ...some })

test('jobs start while there is a place and memory for them', () => {
  expect(admit(400, load({ running: 2, committed: 600 }), limits)).toMatchObject({ ending: 0, memory: 400 })
  expect(admit(401, load({ running: 2, committed: 600 }), limits)).toBeNull()
  expect(admit(1, load({ running: 3, committed: 3 }), limits)).toBeNull()
})

test('a job that is too large for all runs alone', () => {
  expect(admit(5000, load({ running: 1, committed: 1 }), limits)).toBeNull()
  expect(admit(5000, load({ idle: [1, 2] }), limits)).toMatchObject({ ending: 2, memory: 5000 })
})

test('a job that runs alone may take what it is expected to, within bounds that no file can move', () => {
  expect(admit(2000, load({}), limits)?.allowance).toBe(2500)
  expect(admit(2 ** 40, load({}), limits)?.allowance).toBe(MOST_ALONE)
  expect(admit(2 ** 40, load({}), { ...limits, memoryBudget: 2 ** 35 })?.allowance).toBe(2 ** 35)
})

test('what idle processes hold counts, and those that hold most have to go', () => {
  expect(admit(300, load({ idle: [100, 200, 400] }), limits)).toMatchObject({ ending: 0 })
  expect(admit(500, load({ idle: [100, 200, 400] }), limits)).toMatchObject({ ending: 1 })
  expect(admit(300, load({ running: 1, committed: 500, idle: [100, 200, 400] }), limits)).toMatchObject({ ending: 1 })
  expect(admit(300, load({ running: 1, committed: 700, idle: [400] }), limits)).toMatchObject({
    ending: 1,
    memory: 300,
  })
})

test('a process that holds more than its next job needs counts for what it holds', () => {
  expect(admit(300, load({ idle: [400] }), limits)).toMatchObject({ ending: 0, memory: 400 })
})

test('all that are allowed to grow as far as they may stay within the budget', () => {
  let [running, committed, allowed] = [0, 0, 0]
  for (; running < 3; running += 1) {
    const entry = admit(200, load({ running, committed }), limits)
    committed += entry?.memory ?? 0
    allowed += entry?.allowance ?? 0
  }
  expect(allowed).toBeLessThanOrEqual(1000 * 1.25)
})
