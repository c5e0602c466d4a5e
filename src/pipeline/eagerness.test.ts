import { expect, test } from 'vitest'
import { createEagerness } from './eagerness.js'

function wanted(eagerness: ReturnType<typeof createEagerness>, files: number): number {
  return Array.from({ length: files }, () => eagerness.wants()).filter(Boolean).length
}

test('as long as nothing is known, and as long as files are missing, each is begun at once', () => {
  const eagerness = createEagerness()
  expect(wanted(eagerness, 20)).toBe(20)
  eagerness.learn(false)
  expect(wanted(eagerness, 20)).toBe(20)
})

test('while files are there, every eighth is looked for', () => {
  const eagerness = createEagerness()
  eagerness.learn(true)
  expect(wanted(eagerness, 80)).toBe(10)
  eagerness.learn(false)
  expect(wanted(eagerness, 20)).toBe(20)
})
