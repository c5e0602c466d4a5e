import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Bomb, bombs, endless } from './bombs.js'
import { image, photo } from './images.js'
import { watchMemory } from './stress/processes.js'
import { type Subject, startSubject } from './stress/subject.js'

/** What the program and its processes may hold at once. */
const MOST_MEMORY = 2e9

describe.each([
  ['files that ask for much', bombs, 60_000],
  ['files that take for ever', endless, 3_000],
] as const)('%s', (_, table, deadlineMs) => {
  let subject: Subject

  beforeAll(async () => {
    subject = await startSubject({ concurrency: 2, deadlineMs })
  })
  afterAll(async () => {
    expect(await subject.end()).toMatchObject({ code: 0, signal: null, output: '', files: [], processes: [] })
  })

  test.each<Bomb>(table)('$name: $outcome', { timeout: 150_000 }, async ({ make, outcome }) => {
    const bomb = await make()
    const memory = watchMemory(subject.pid)
    const { ms, untouched, result } = await subject.compress(bomb, { effort: 'fast' })
    const next = await subject.compress(await ordinary(), { effort: 'fast' })
    const peakMemory = memory.stop()
    expect(result.changed ? 'changed' : result.reason, result.detail ?? '').toBe(outcome)
    expect(untouched).toBe(!result.changed)
    if (result.bytes !== null) expect(result.bytes.length).toBeLessThan(bomb.length)
    expect(ms).toBeLessThan(deadlineMs + 1_000)
    expect(peakMemory).toBeLessThan(MOST_MEMORY)
    expect(next.result).toMatchObject({ changed: true })
  })
})

const ordinary = () => image(photo(60, 40)).png().toBuffer()
