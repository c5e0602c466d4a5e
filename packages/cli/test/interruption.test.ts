import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pickSeed, seeded } from '../../../test/faults/workers/random.mjs'
import { contentsOf, drawing, filesIn, project, run, type Started, start } from './harness.js'

/** `COMPRESS_FAST_FULL=1` kills as often as the promise is made for. */
const kills = process.env['COMPRESS_FAST_FULL'] ? 200 : 12
const count = 60
const sources = Array.from({ length: count }, (_, index) => drawing(index))
const nameOf = (index: number) => `${String(index).padStart(3, '0')}.svg`

function putSources(folder: string): void {
  for (const [index, source] of sources.entries()) writeFileSync(join(folder, nameOf(index)), source)
}

/** Resolves when a file was replaced, or the process is over. */
async function replaced(path: string, index: number, { process: child }: Started): Promise<void> {
  while (child.exitCode === null && statSync(path).size === sources[index]?.length) await new Promise(setImmediate)
}

const seed = pickSeed()

test(`killed ${kills} times while it replaces files, it leaves each whole (SEED=${seed})`, {
  timeout: 240_000 + kills * 5000,
}, async () => {
  const random = seeded(seed)
  const cwd = project()
  const dist = join(cwd, 'dist')
  writeFileSync(join(cwd, 'page.svg'), sources[0] ?? '')
  // What a run that nobody disturbs makes of them, and a cache that has it all: killed runs spend their time writing.
  await run(['page.svg'], { cwd })
  const { mkdirSync } = await import('node:fs')
  mkdirSync(dist)
  putSources(dist)
  expect((await run(['dist'], { cwd })).code).toBe(0)
  const results = contentsOf(dist)

  let [early, late, between] = [0, 0, 0]
  for (let kill = 0; kill < kills; kill++) {
    putSources(dist)
    const started = start(['dist', '--quiet'], { cwd })
    const index = Math.floor(random() * (count - 1))
    await replaced(join(dist, nameOf(index)), index, started)
    started.process.kill('SIGKILL')
    await started.ended
    const changed = sources.filter((source, at) => {
      const found = contentsOf(dist).get(nameOf(at))
      const isOld = found?.equals(Buffer.from(source)) ?? false
      expect(
        isOld || found?.equals(results.get(nameOf(at)) ?? Buffer.alloc(0)),
        `${nameOf(at)} after kill ${kill}`,
      ).toBe(true)
      return !isOld
    })
    if (changed.length === 0) early++
    else if (changed.length === count) late++
    else between++
  }
  console.log(`kills: ${between} between two files, ${early} before the first, ${late} after the last`)
  expect(between).toBeGreaterThan(kills / 2)
  // The next run that writes there takes away what was half written.
  putSources(dist)
  expect((await run(['dist'], { cwd })).code).toBe(0)
  expect(filesIn(dist)).toEqual(sources.map((_, index) => nameOf(index)))
  expect(contentsOf(dist)).toEqual(results)
})

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends it with %i, between two files', async (signal, code) => {
  const cwd = project()
  for (const [index, source] of sources.entries()) writeFileSync(join(cwd, nameOf(index)), source)
  const started = start(['.', '--concurrency', '1'], { cwd })
  await replaced(join(cwd, '000.svg'), 0, started)
  started.process.kill(signal)
  const ended = await started.ended
  expect(ended).toMatchObject({ code, signal: null, text: '' })
  expect(ended.stderr).toMatch(/^compress-fast: Stopped after \d+ of 60 files\./)
  expect(readdirSync(cwd).filter((name) => name.includes('.tmp'))).toEqual([])
  const untouched = sources.filter((source, index) => statSync(join(cwd, nameOf(index))).size === source.length)
  expect(untouched.length).toBeGreaterThan(0)
  expect(untouched.length).toBeLessThan(count)
})
