import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createLookahead } from './lookahead.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A lookahead, and what it has looked at so far. */
function lookaheadOver(missing: (index: number) => boolean) {
  const looked: number[] = []
  const lookahead = createLookahead()
  const add = (index: number) =>
    lookahead.add(async () => {
      looked.push(index)
      return !missing(index)
    })
  return { lookahead, looked, add }
}

const settle = () => vi.advanceTimersByTimeAsync(0)

test('while files are missing, each is looked for at once', async () => {
  const { looked, add } = lookaheadOver(() => true)
  for (let index = 0; index < 5; index++) {
    add(index)
    await settle()
  }
  expect(looked).toEqual([0, 1, 2, 3, 4])
})

test('once one is there, the others wait until the bundler is busy by itself', async () => {
  const { lookahead, looked, add } = lookaheadOver(() => false)
  add(0)
  await settle()
  for (let index = 1; index < 100; index++) add(index)
  await settle()
  expect(looked).toEqual([0])
  lookahead.go()
  await vi.advanceTimersByTimeAsync(10)
  expect(looked).toHaveLength(100)
})

test('a bundler that takes long is not waited for', async () => {
  const { looked, add } = lookaheadOver(() => false)
  add(0)
  await settle()
  add(1)
  await vi.advanceTimersByTimeAsync(2000)
  expect(looked).toEqual([0, 1])
})

test('the first missing file lets all that wait begin', async () => {
  const { lookahead, looked, add } = lookaheadOver((index) => index === 1)
  add(0)
  await settle()
  add(1)
  lookahead.go()
  add(2)
  await vi.advanceTimersByTimeAsync(10)
  expect(looked).toEqual([0, 1, 2])
  add(3)
  expect(looked).toEqual([0, 1, 2, 3])
})
