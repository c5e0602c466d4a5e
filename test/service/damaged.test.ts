import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Options } from 'unplugin-compress-fast'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { fixture } from '../site.js'
import { createProject, type Project } from './build.js'
import { type FaultProxy, type Plan, startFaultProxy } from './fault-proxy.js'
import { changes } from './faults.js'
import { startServer, type TestServer } from './server.js'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

/** A site of one image, other files, and an account to build it with. */
async function siteOf(files: Readonly<Record<string, Uint8Array>>, plan: Plan = { fault: () => undefined }) {
  const project = await createProject(1, 8000)
  onTestFinished(() => project.remove())
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(project.root, 'src', name), bytes)
  const proxy = await startFaultProxy(server.url, plan)
  onTestFinished(() => proxy.close())
  const { id, key } = await server.account()
  return { project, proxy, id, key }
}

async function built(project: Project, proxy: FaultProxy, key: string, options?: Options) {
  const { code, output } = await project.start({ url: proxy.url, key }, options).ended
  return { code, output, report: await project.report() }
}

const told = ({ report }: Awaited<ReturnType<typeof built>>) =>
  report.warnings.map(({ code, message }) => [code, message])

test('a picture that is cut short is sent by no build, and each says why it ships as it is', async () => {
  const photo = await fixture('photo.jpg')
  const { project, proxy, id, key } = await siteOf({ 'torn.jpg': photo.subarray(0, photo.byteLength / 2) })
  const first = await built(project, proxy, key)
  expect(first.code, first.output).toBe(0)
  expect(told(first)).toEqual([['BROKEN_ASSET', expect.stringMatching(/torn.*damaged or incomplete .*cut short/)]])
  expect(first.report.totals).toMatchObject({ compressed: 1, failed: 1, credits: 1 })
  expect(proxy.counts.submit).toBe(1)

  const asked = proxy.seen.length
  const second = await built(project, proxy, key)
  expect(told(second)).toEqual(told(first))
  expect(proxy.seen.length).toBe(asked)
  expect((await server.spent(id)).charged).toBe(1)
})

test('what only the service finds damaged is sent once, and each build says so', async () => {
  const damaged = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(4000, 'nothing of a document. ')])
  const { project, proxy, id, key } = await siteOf({ 'leaflet.pdf': damaged })
  const first = await built(project, proxy, key)
  expect(first.code, first.output).toBe(0)
  expect(told(first)).toEqual([['BROKEN_ASSET', expect.stringMatching(/leaflet.*damaged or incomplete/)]])
  expect(first.report.assets.find(({ format }) => format === 'pdf')).toMatchObject({
    outcome: 'failed',
    reason: 'broken-asset',
    after: damaged.byteLength,
  })
  expect(proxy.counts).toMatchObject({ submit: 2, delete: 2 })
  expect(await server.spent(id)).toEqual({ charged: 1, reserved: 0 })

  const asked = proxy.seen.length
  const second = await built(project, proxy, key)
  expect(told(second)).toEqual(told(first))
  // Remembered or not: who asks builds to fail over such files is heard.
  const strict = await built(project, proxy, key, { onError: 'fail' })
  expect(strict.code).not.toBe(0)
  expect(strict.output).toContain('damaged or incomplete')
  expect(proxy.seen.length).toBe(asked)
})

test('any other failure of a job may pass, and the next build asks again', async () => {
  const failing = { isOn: true }
  const fault: Plan['fault'] = (route) => (failing.isOn && route === 'status' ? changes.failed : undefined)
  const { project, proxy, key } = await siteOf({}, { fault })
  const first = await built(project, proxy, key)
  expect(first.report.warnings.map(({ code }) => code)).toEqual(['JOB_FAILED'])
  failing.isOn = false
  const second = await built(project, proxy, key)
  expect(second.report.totals).toMatchObject({ compressed: 1, failed: 0 })
  expect(proxy.counts.submit).toBe(2)
})
