import { expect, test } from 'vitest'
import { sleep } from '../util/sleep.js'
import { createDeadline } from './deadline.js'

test('ends when it is over', async () => {
  const deadline = createDeadline(10)
  deadline.enter()
  await deadline.isOver
  expect(deadline.signal.aborted).toBe(true)
  deadline.leave()
})

test.each([null, 3e9, 1e15])('%s ms are not over at once', async (mostMs) => {
  const deadline = createDeadline(mostMs)
  deadline.enter()
  await sleep(50)
  deadline.leave()
  expect(deadline.signal.aborted).toBe(false)
})
