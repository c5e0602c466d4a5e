import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pickSeed, seeded } from '../faults/workers/random.mjs'
import { createProject, faultsOf } from './build.js'
import { type Fault, type FaultProxy, type Plan, startFaultProxy } from './fault-proxy.js'
import { smallPng, startServer, type TestServer } from './server.js'

/** `COMPRESS_FAST_FULL=1` kills as often as the promise is made for. */
const [kills, images] = process.env['COMPRESS_FAST_FULL'] ? [30, 60] : [8, 24]
const seed = pickSeed()

let server: TestServer
beforeAll(async () => {
  server = await startServer({ delay: { least: 100, most: 400 } })
})
afterAll(() => server.close())

const total = ({ counts }: FaultProxy) => Object.values(counts).reduce((sum, count) => sum + count, 0)
const passing: Plan = { fault: () => undefined }

test(`${kills} killed builds, then one that is not: every image is paid once (SEED=${seed})`, {
  timeout: 300_000,
}, async () => {
  const random = seeded(seed)
  const project = await createProject(images, 1000)
  const account = await server.account(images)
  const proxy = await startFaultProxy(server.url, passing)
  const service = { url: proxy.url, key: account.key }
  try {
    let killed = 0
    while (killed < kills) {
      const build = project.start(service)
      // Counted in requests, as machines differ; and then anywhere between two of them.
      const enough = total(proxy) + 1 + Math.floor(random() * 12)
      const isOver = build.ended.then(() => true)
      while (total(proxy) < enough && !(await Promise.race([isOver, sleep(2, false)])));
      await sleep(random() * 20)
      build.process.kill('SIGKILL')
      const { code } = await build.ended
      if (code === null) killed++
      // One that came to its end before it was killed shows nothing.
      else break
    }
    const submitsBefore = proxy.counts.submit
    const { code, output } = await project.start(service).ended
    console.log(
      `${killed} killed: ${submitsBefore} submits, then ${proxy.counts.submit - submitsBefore}; ${JSON.stringify(proxy.counts)}`,
    )
    expect(code, output).toBe(0)
    expect(output).not.toContain('UNCERTAIN')
    expect(faultsOf(project)).toEqual([])
    const { totals } = await project.report()
    expect(totals.compressed).toBe(images)
    expect(await server.spent(account.id)).toEqual({ charged: images, reserved: 0 })
    // Some builds died with jobs of theirs under way, or this shows nothing.
    expect(submitsBefore).toBeGreaterThan(0)
  } finally {
    await proxy.close()
    await project.remove()
  }
})

test('what a killed build stored and did not delete the next one deletes from the service', async () => {
  const project = await createProject(3, 1900)
  const account = await server.account()
  const deletions: string[] = []
  const hold: Fault = ({ req }) => void deletions.push(req.url?.split('/').at(-1) ?? '')
  let isHeld = true
  const proxy = await startFaultProxy(server.url, {
    fault: (route) => (isHeld && route === 'delete' ? hold : undefined),
  })
  const service = { url: proxy.url, key: account.key }
  try {
    const build = project.start(service)
    await expect.poll(() => deletions.length, { timeout: 30_000 }).toBe(3)
    build.process.kill('SIGKILL')
    await build.ended
    for (const id of deletions) expect(await server.store.job(id)).toMatchObject({ status: 'Succeeded' })

    isHeld = false
    // A build that finds all in its cache asks nobody, not even for this.
    await project.start(service).ended
    expect(proxy.counts.delete).toBe(3)
    await writeFile(join(project.root, 'src', 'image-new.png'), await smallPng(1950))
    const { code, output } = await project.start(service).ended
    expect(code, output).toBe(0)
    for (const id of deletions) expect(await server.store.job(id)).toBeUndefined()
    expect(proxy.counts).toMatchObject({ submit: 4, delete: 7 })
    expect(await server.spent(account.id)).toEqual({ charged: 4, reserved: 0 })
  } finally {
    await proxy.close()
    await project.remove()
  }
})
