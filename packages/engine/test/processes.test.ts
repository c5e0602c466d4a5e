import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createEngine, type Engine } from '@compress-fast/engine'
import { describe, expect, onTestFinished, test } from 'vitest'
import { image, photo } from './images.js'

const run = promisify(execFile)
const built = fileURLToPath(new URL('../lib/index.js', import.meta.url))

function engineFor(options: Parameters<typeof createEngine>[0]): Engine {
  const engine = createEngine(options)
  onTestFinished(() => engine.close())
  return engine
}

/** Takes seconds to encode: true colour, noisy, and a search over AVIF qualities. */
const slow = () => image(photo(1400, 1000)).avif({ quality: 97, effort: 0, chromaSubsampling: '4:4:4' }).toBuffer()
/** Takes a renderer more than 40 s on a quick machine: each of a billion groups wants a canvas of its own. */
const endless = () => {
  const level = (_: unknown, i: number) => `<g id="u${i + 1}" opacity=".9">${`<use href="#u${i}"/>`.repeat(10)}</g>`
  const groups = Array.from({ length: 9 }, level).join('')
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="700" height="700"><rect id="u0" width="1" height="1"/>${groups}</svg>`,
  )
}
const quick = (seed = 1) =>
  image(photo(80, 60, 3, seed))
    .png()
    .toBuffer()

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** The process that works now. */
async function workingPid(engine: Engine): Promise<number> {
  for (;;) {
    const [pid] = engine.pids()
    if (pid !== undefined) return pid
    await sleep(5)
  }
}

describe('a process', () => {
  test('is killed at the deadline while others finish, and its file is left alone after the second time', async () => {
    const engine = engineFor({ concurrency: 2, deadlineMs: 4_000 })
    const hanging = endless()
    const [late, ...fine] = await Promise.all([
      engine.compress(hanging),
      ...[1, 2, 3].map(async (seed) => engine.compress(await quick(seed), { quality: 'lossless' })),
    ])
    expect(late).toMatchObject({ changed: false, reason: 'timeout' })
    expect(late.bytes).toBe(hanging)
    expect(fine.map(({ changed }) => changed)).toEqual([true, true, true])
    expect(await engine.compress(hanging)).toMatchObject({ reason: 'timeout' })
    expect(await engine.compress(hanging)).toMatchObject({ reason: 'quarantined' })
    expect(await engine.compress(await quick())).toMatchObject({ changed: true })
  })

  test('that dies is replaced once', async () => {
    const engine = engineFor({ concurrency: 1 })
    const source = await quick()
    await engine.compress(await quick(2))
    const pid = await workingPid(engine)
    const pending = engine.compress(source)
    process.kill(pid, 'SIGKILL')
    expect(await pending).toMatchObject({ changed: true })
    expect(engine.pids()).not.toContain(pid)
  })

  test('that dies twice over a file is the file’s fault', async () => {
    const engine = engineFor({ concurrency: 1 })
    const source = await slow()
    const killed = new Set<number>()
    const pending = engine.compress(source)
    while (killed.size < 2) {
      const pid = engine.pids().find((candidate) => !killed.has(candidate))
      if (pid !== undefined) {
        process.kill(pid, 'SIGKILL')
        killed.add(pid)
      }
      await sleep(5)
    }
    expect(await pending).toMatchObject({ changed: false, reason: 'crashed' })
    expect(await engine.compress(source)).toMatchObject({ reason: 'quarantined' })
    expect(await engine.compress(await quick())).toMatchObject({ changed: true })
  })

  test('is replaced after its share of files', async () => {
    const engine = engineFor({ concurrency: 1, recycleAfter: 2 })
    const pids: number[] = []
    for (const seed of [1, 2, 3, 4]) {
      const pending = engine.compress(await quick(seed))
      pids.push(await workingPid(engine))
      await pending
    }
    expect(new Set(pids).size).toBe(2)
  })
})

describe('abort', () => {
  test('settles running and waiting work at once and harms no other', async () => {
    const engine = engineFor({ concurrency: 1 })
    const controller = new AbortController()
    const { signal } = controller
    const inputs = await Promise.all([slow(), quick(1), quick(2)])
    const settled = Promise.allSettled(inputs.map((bytes, i) => engine.compress(bytes, i < 2 ? { signal } : {})))
    await sleep(100)
    controller.abort(new Error('enough'))
    const [running, waiting, other] = await settled
    expect(running).toMatchObject({ status: 'rejected', reason: { message: 'enough' } })
    expect(waiting).toMatchObject({ status: 'rejected', reason: { message: 'enough' } })
    expect(other).toMatchObject({ status: 'fulfilled', value: { changed: true } })
    await expect(engine.compress(await quick(1), { signal })).rejects.toThrow('enough')
  })
})

describe('close', () => {
  test('waits for files in hand, leaves no process, and is not the end', async () => {
    const engine = engineFor({ concurrency: 2 })
    const pending = Promise.all([1, 2, 3].map(async (seed) => engine.compress(await quick(seed))))
    await sleep(50)
    const pids = engine.pids()
    await engine.close()
    expect((await pending).every(({ changed }) => changed)).toBe(true)
    expect([...pids, ...engine.pids()].filter(isAlive)).toEqual([])
    expect(await engine.compress(await quick())).toMatchObject({ changed: true })
  })
})

test('an idle engine does not keep a program alive, and its processes go with it', async () => {
  const program = `
    import { createEngine } from ${JSON.stringify(built)}
    const engine = createEngine({ concurrency: 1 })
    const bytes = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><!-- x --><g/></svg>')
    const { changed } = await engine.compress(bytes)
    console.log(JSON.stringify({ changed, pids: engine.pids() }))`
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], { timeout: 15_000 })
  const { changed, pids } = JSON.parse(stdout)
  expect(changed).toBe(true)
  for (let i = 0; i < 100 && pids.some(isAlive); i += 1) await sleep(20)
  expect(pids.filter(isAlive)).toEqual([])
})

test('importing loads no codec and starts nothing', async () => {
  const program = `
    const { readFileSync } = await import('node:fs')
    const engine = await import(${JSON.stringify(built)})
    engine.createEngine()
    const maps = process.platform === 'linux' ? readFileSync('/proc/self/maps', 'utf8') : ''
    const native = process.report.getReport().sharedObjects.join() + maps
    console.log(JSON.stringify({
      version: engine.engineVersion(),
      codecs: ['libvips', 'sharp', 'napi-rs', '.node'].filter((name) => native.includes(name)),
      handles: process.getActiveResourcesInfo().filter((name) => name.startsWith('Process')),
    }))`
  // A loader would show svgo, which has nothing native, by failing its import.
  const guard = `data:text/javascript,${encodeURIComponent(`
    export function resolve(name, context, next) {
      if (/^(sharp|svgo|@napi-rs|node:child_process$)/.test(name) && name !== 'node:child_process') throw new Error('loaded ' + name)
      return next(name, context)
    }`)}`
  const register = `data:text/javascript,${encodeURIComponent(`
    import { register } from 'node:module'
    register(${JSON.stringify(guard)})`)}`
  const { stdout } = await run(process.execPath, ['--import', register, '--input-type=module', '-e', program])
  const seen = JSON.parse(stdout)
  expect(seen.codecs).toEqual([])
  expect(seen.handles).toEqual([])
  expect(seen.version).toMatch(/^\d+\.\d+\.\d+ recipe@\d+ sharp@\d.* @napi-rs\/image@\d.* svgo@\d.* libvips@\d/)
})
