import { availableParallelism } from 'node:os'
import { expect, test } from 'vitest'
import { makeCase } from './stress/cases.js'
import { judge } from './stress/judge.js'
import { readSources } from './stress/sources.js'
import { startSubject } from './stress/subject.js'

// `npm run stress` takes 5,000 files, also of the corpus if it is there, and a new seed each time.
// SEED=1 CASE=7 npm run stress
// is that one file again. FILES is another number of files.

const whole = process.env['MODE'] === 'stress'
const given = (name: string): number | undefined => (process.env[name] ? Number(process.env[name]) : undefined)

const SEED = given('SEED') ?? (whole ? Math.floor(Math.random() * 2 ** 31) : 20_261_124)
const FILES = given('FILES') ?? (whole ? 5_000 : 360)
const FIRST = given('CASE') ?? 0
const COUNT = given('CASE') === undefined ? FILES : 1
const CONCURRENCY = given('CONCURRENCY') ?? availableParallelism()
const DEADLINE_MS = 30_000
/** What the whole tree of processes may hold at once. */
const MOST_MEMORY = 2e9

test(`${COUNT} damaged files (SEED=${SEED}): none harms the program, none comes back worse`, {
  timeout: 3_600_000,
}, async () => {
  const sources = await readSources(whole)
  const subject = await startSubject({ concurrency: CONCURRENCY, deadlineMs: DEADLINE_MS })
  const reasons = new Map<string, number>()
  const problems: string[] = []
  let slowest = 0
  let next = FIRST
  const started = performance.now()
  const work = async (): Promise<void> => {
    while (next < FIRST + COUNT) {
      const index = next++
      const { about, format, bytes, options } = makeCase(SEED, index, sources)
      const outcome = await subject.compress(bytes, options)
      const name = `${format}: ${outcome.result.changed ? 'changed' : outcome.result.reason}`
      reasons.set(name, (reasons.get(name) ?? 0) + 1)
      slowest = Math.max(slowest, outcome.ms)
      const late = outcome.ms > DEADLINE_MS + 1_000 ? `it took ${Math.round(outcome.ms)} ms` : null
      const problem = late ?? (await judge(bytes, outcome))
      if (problem !== null) problems.push(`SEED=${SEED} CASE=${index} (${about}): ${problem}`)
    }
  }
  // One more than the engine works on at once, so that it is never idle while results are looked at.
  await Promise.all(Array.from({ length: CONCURRENCY + 1 }, work))
  const { peakMemory, ...end } = await subject.end()
  if (whole) tell({ reasons, slowest, peakMemory, seconds: (performance.now() - started) / 1000 })
  expect(problems).toEqual([])
  expect(end).toEqual({ code: 0, signal: null, output: '', files: [], processes: [] })
  expect(peakMemory).toBeLessThan(MOST_MEMORY)
  // Damage that all files shrugged off, or none, would show nothing.
  if (COUNT > 1)
    for (const outcome of ['changed', 'broken', 'no-gain']) expect([...reasons.keys()].join()).toContain(outcome)
})

interface Summary {
  readonly reasons: ReadonlyMap<string, number>
  readonly slowest: number
  readonly peakMemory: number
  readonly seconds: number
}

function tell({ reasons, slowest, peakMemory, seconds }: Summary): void {
  for (const [name, count] of [...reasons].sort()) console.log(`${String(count).padStart(5)} ${name}`)
  console.log(`${COUNT} files, ${CONCURRENCY} at once, SEED=${SEED}: ${seconds.toFixed(0)} s`)
  console.log(
    `slowest ${(slowest / 1000).toFixed(1)} s, most memory of all processes ${(peakMemory / 1e6).toFixed(0)} MB`,
  )
}
