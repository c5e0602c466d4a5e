import { expect, test } from 'vitest'
import { createAllowance } from './allowance.js'
import { createBreaker } from './breaker.js'

test('time runs while anybody waits, once for all of them, and comes back for what is brought', () => {
  let time = 0
  const pass = (ms: number) => {
    for (let step = 0; step < ms; step += 50) {
      time += 50
      allowance.earn(0)
    }
  }
  const allowance = createAllowance(1000, () => time)
  const waits = [allowance.begin(), allowance.begin()]
  pass(600)
  for (const wait of waits) wait?.end()
  pass(5000)
  const wait = allowance.begin()
  expect(wait?.signal.aborted).toBe(false)
  pass(300)
  allowance.earn(300)
  pass(300)
  expect(allowance.begin()).toBeDefined()
  pass(200)
  expect(allowance.begin()).toBeUndefined()
  // What is spent stays spent in this build.
  allowance.earn(1000)
  expect(allowance.begin()).toBeUndefined()
  allowance.reset()
  const again = allowance.begin()
  expect(again).toBeDefined()
  again?.end()
  wait?.end()
})

test('a process that was busy itself has not waited', () => {
  let time = 0
  const allowance = createAllowance(1000, () => time)
  const wait = allowance.begin()
  time += 60_000
  const other = allowance.begin()
  expect(other).toBeDefined()
  other?.end()
  wait?.end()
  expect(allowance.begin()).toBeDefined()
  allowance.reset()
})

test('three failures in a row open the breaker, and one of sixteen finds out when it is over', () => {
  let time = 0
  const breaker = createBreaker(() => time)
  const [late] = [breaker.enter()]
  breaker.enter()?.fail()
  breaker.enter()?.fail()
  breaker.enter()?.succeed()
  for (let index = 0; index < 3; index++) breaker.enter()?.fail()
  expect(breaker.enter()).toBeUndefined()
  // It says how things were before.
  late?.succeed()
  expect(breaker.enter()).toBeUndefined()
  time += 30_000
  const probes = Array.from({ length: 16 }, () => breaker.enter()).filter((pass) => pass !== undefined)
  expect(probes).toHaveLength(1)
  probes[0]?.fail()
  expect(breaker.enter()).toBeUndefined()
  time += 30_000
  breaker.enter()?.succeed()
  expect(breaker.enter()).toBeDefined()
  expect(breaker.enter()).toBeDefined()
})
