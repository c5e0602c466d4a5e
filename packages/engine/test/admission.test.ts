import { createEngine } from '@compress-fast/engine'
import { expect, onTestFinished, test } from 'vitest'
import { image, photo } from './images.js'

test('jobs too large for the memory budget run all the same, one after the other', async () => {
  // One byte: every job is expected to need more, so each may run only while no other does.
  const engine = createEngine({ concurrency: 3, memoryBudget: 1 })
  onTestFinished(() => engine.close())
  const sources = await Promise.all(
    [1, 2, 3, 4].map((seed) =>
      image(photo(160, 120, 3, seed))
        .png()
        .toBuffer(),
    ),
  )
  let most = 0
  const watch = setInterval(() => {
    most = Math.max(most, engine.pids().length)
  }, 1)
  const results = await Promise.all(sources.map((source) => engine.compress(source)))
  clearInterval(watch)
  expect(results.map(({ changed }) => changed)).toEqual([true, true, true, true])
  expect(most).toBe(1)
})

test('with room for all of them, jobs run side by side', async () => {
  const engine = createEngine({ concurrency: 3, memoryBudget: 2 ** 40 })
  onTestFinished(() => engine.close())
  const sources = await Promise.all(
    [1, 2, 3].map((seed) =>
      image(photo(160, 120, 3, seed))
        .png()
        .toBuffer(),
    ),
  )
  await Promise.all(sources.map((source) => engine.compress(source)))
  expect(engine.pids()).toHaveLength(3)
})
