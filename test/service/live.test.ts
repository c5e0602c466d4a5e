import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Options } from 'unplugin-compress-fast'
import { createClient, planUploads, RequestFailedError } from 'unplugin-compress-fast/client'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createProject, faultsOf, type Project } from './build.js'
import { type FaultProxy, type Plan, startFaultProxy } from './fault-proxy.js'
import { faults } from './faults.js'
import { runNode } from './run-node.js'
import { smallPng, startServer, type TestServer } from './server.js'

const repository = resolve(import.meta.dirname, '../..')

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

async function proxied(plan: Plan = { fault: () => undefined }, target = server.url): Promise<FaultProxy> {
  const proxy = await startFaultProxy(target, plan)
  onTestFinished(() => proxy.close())
  return proxy
}

async function projectOf(images: number, first: number): Promise<Project> {
  const project = await createProject(images, first)
  onTestFinished(() => project.remove())
  return project
}

describe('single requests', () => {
  test('from a file on disk to its result, and what there is to know beside it', async () => {
    const { id: accountId, key } = await server.account(20)
    const client = createClient({ url: server.url, key }, {})
    const folder = await mkdtemp(join(tmpdir(), 'compress-fast-client-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    onTestFinished(() => client.close())
    const source = await smallPng(5000, 64)
    await writeFile(join(folder, 'image.png'), source)

    const upload = { path: join(folder, 'image.png'), size: source.byteLength }
    const request = {
      fileName: 'image.png',
      idempotencyKey: 'one',
      options: { smartCompression: { mode: 'lossless' } },
    }
    const { id, status } = await client.submit(upload, request)
    expect(['Queued', 'Running']).toContain(status)
    expect((await client.submit(upload, request)).id).toBe(id)
    let state = await client.status(id)
    while (state.status !== 'Succeeded')
      state = await client.status(id).finally(() => new Promise((next) => setTimeout(next, 250)))
    const output = await client.download(id)
    expect(output.byteLength).toBe(state.outputBytes)
    expect(state).toMatchObject({
      credits: 1,
      inputBytes: source.byteLength,
      output: { contentType: 'image/png', fileCount: 1 },
    })
    expect(output.byteLength).toBeLessThan(source.byteLength)
    await expect(client.cancel(id)).rejects.toMatchObject({
      failure: { kind: 'refused', status: 409, code: 'jobs.not_cancellable' },
    })
    await client.delete(id)
    await expect(client.status(id)).rejects.toMatchObject({ endpoint: 'status', failure: { status: 404 } })

    expect(client.knowsRepeats).toBe(true)
    expect(await client.entitlements()).toMatchObject({ totalCredits: 19 })
    expect(await client.estimate('png', 30 * 2 ** 20)).toMatchObject({
      credits: 6,
      costing: { strategy: 'PerMegabyte' },
    })
    expect(Object.keys(await client.compressors()).length).toBeGreaterThan(0)
    expect(await client.schema('jpg')).toMatchObject({ type: 'object' })
    const files = [1, 6 * 2 ** 20, 11 * 2 ** 20].map((size) => ({ format: 'jpg', size }))
    expect(await planUploads(client, [...files, { format: 'png', size: 5 }])).toEqual({
      files: 4,
      bytes: 17 * 2 ** 20 + 6,
      needed: 7,
      left: 19,
    })
    expect((await server.spent(accountId)).charged).toBe(1)
  })

  test('each is sent once, whatever happens to it', async () => {
    const { key } = await server.account()
    const proxy = await proxied({ fault: () => faults.resetAfterBody })
    const client = createClient({ url: proxy.url, key }, {})
    onTestFinished(() => client.close())
    const lost = await client.submit(await smallPng(5001), { fileName: 'a.png' }).catch((error: unknown) => error)
    expect(lost).toBeInstanceOf(RequestFailedError)
    expect(lost).toMatchObject({ failure: { kind: 'lost' } })
    expect(JSON.stringify([lost, String(lost)])).not.toContain(key)
    expect(proxy.counts.submit).toBe(1)
  })

  test('the key goes to safe addresses only, and is shown in no error', () => {
    const key = 'fast_prod_canary'
    for (const url of [
      'http://example.com',
      'ftp://127.0.0.1',
      'https://user:pass@example.com',
      'https://example.com/?a',
      'nonsense',
    ]) {
      expect(() => createClient({ url, key }, {})).toThrow(/address/)
    }
    expect(() => createClient({ key: `${key} and more` }, {})).toThrow(/^Option `api.key` must be an API key[^'_]*$/)
    expect(() => createClient({}, { TOOLS_FAST_API_KEY: '' })).toThrow('There is no API key')
  })
})

describe('builds', () => {
  /** What a build comes to that cannot be done as asked. */
  const troubles: {
    title: string
    fault: Plan['fault']
    credits?: number
    options?: Options
    code: string
    says: RegExp
  }[] = [
    {
      title: 'a key that is refused',
      fault: () => faults.unauthorised,
      code: 'KEY_REJECTED',
      says: /TOOLS_FAST_API_KEY/,
    },
    {
      title: 'no credits left',
      fault: () => undefined,
      credits: 2,
      code: 'CREDITS_SPENT',
      says: /Buy credits/,
    },
    {
      title: 'a limit of credits',
      fault: () => undefined,
      options: { api: { maxCredits: 3 } },
      code: 'CREDIT_LIMIT',
      says: /api\.maxCredits/,
    },
    {
      title: 'another service at the address',
      fault: (route) => (route === 'submit' ? faults.redirect302 : undefined),
      code: 'SERVICE_UNAVAILABLE',
      says: /COMPRESS_FAST_URL/,
    },
  ]

  test.each(troubles)(
    '$title is told once, and the originals ship',
    async ({ fault, credits = 100, options, code, says }) => {
      const { id, key } = await server.account(credits)
      const project = await projectOf(12, 6000 + troubles.findIndex((trouble) => trouble.code === code) * 100)
      const proxy = await proxied({ fault })
      const { code: exit, output } = await project.start({ url: proxy.url, key }, options).ended
      expect(exit, output).toBe(0)
      expect(faultsOf(project)).toEqual([])
      const { warnings, totals } = await project.report()
      expect(warnings.map((warning) => warning.code)).toEqual([code])
      expect(warnings[0]?.hint).toMatch(says)
      expect(output.split(warnings[0]?.message ?? '').length).toBe(2)
      expect(totals.compressed).toBe(totals.credits)
      expect(totals.credits).toBe((await server.spent(id)).charged)
      expect(totals.credits).toBeLessThanOrEqual(options?.api?.maxCredits ?? credits)
    },
  )

  test('nobody at the address: told once, and the named stand-in goes on', { timeout: 120_000 }, async () => {
    const { key } = await server.account()
    const project = await projectOf(6, 7000)
    const { code, output } = await project.start({ url: 'http://127.0.0.1:9', key }, { fallback: 'local' }).ended
    expect(code, output).toBe(0)
    const { warnings, totals } = await project.report()
    expect(warnings.map((warning) => warning.code)).toEqual(['SERVICE_UNAVAILABLE'])
    expect(totals).toMatchObject({ compressed: 6, failed: 0, credits: 0 })
    expect(faultsOf(project)).toEqual([])
    // What it made is remembered as its own, and not taken for the service's.
    const proxy = await proxied()
    await project.start({ url: proxy.url, key }).ended
    expect(proxy.counts.submit).toBe(6)
  })

  test('what asks for a promise that the service does not make is neither sent nor paid', async () => {
    const { id, key } = await server.account()
    const proxy = await proxied()
    for (const options of [{ quality: 'lossless' }, { metadata: 'all' }] as const) {
      const project = await projectOf(3, 7600)
      const { code, output } = await project.start({ url: proxy.url, key }, options).ended
      expect(code, output).toBe(0)
      const { assets, totals } = await project.report()
      expect(assets.map(({ reason }) => reason)).toEqual(Array(3).fill('unsupported-settings'))
      expect(totals.credits).toBe(0)
    }
    expect(proxy.seen).toEqual([])
    expect(await server.spent(id)).toEqual({ charged: 0, reserved: 0 })
  })

  test('no key at all: told once, and the originals ship', async () => {
    const project = await projectOf(3, 7100)
    const { code, output } = await project.start({ url: server.url, key: '' }).ended
    expect(code, output).toBe(0)
    expect((await project.report()).warnings.map((warning) => warning.code)).toEqual(['KEY_REJECTED'])
  })

  test('a deadline: originals ship in time, and the next build picks up what was paid', {
    timeout: 120_000,
  }, async () => {
    const { id, key } = await server.account()
    const project = await projectOf(10, 7200)
    // Jobs are done, and for a while never seen to be.
    let isStuck = true
    const proxy = await proxied({ fault: (route) => (isStuck && route === 'status' ? faults.silent : undefined) })
    const service = { url: proxy.url, key }
    const { code, output } = await project.start(service, { deadline: 4 }).ended
    expect(code, output).toBe(0)
    const { warnings, totals, assets } = await project.report()
    expect(warnings.map((warning) => warning.code)).toEqual(['DEADLINE'])
    expect(totals).toMatchObject({ kept: 10, failed: 0 })
    expect(assets.every((line) => line.reason === 'deadline')).toBe(true)
    expect(faultsOf(project)).toEqual([])

    isStuck = false
    const submits = proxy.counts.submit
    const again = await project.start(service).ended
    expect(again.code, again.output).toBe(0)
    expect(submits).toBeGreaterThan(0)
    // A submit that the deadline cut off is asked about again, which the server knows to be the same job.
    const asked = proxy.counts.submit - submits
    expect((await project.report()).totals).toMatchObject({ compressed: 10, credits: asked })
    expect(asked).toBeLessThanOrEqual(10)
    expect((await server.spent(id)).charged).toBe(10)
  })

  test('a page in place of results is not taken for them, and the next build picks up what was paid', async () => {
    const { id, key } = await server.account()
    const project = await projectOf(3, 7400)
    let isBehindPortal = true
    const fault = (route: string) => (isBehindPortal && route === 'download' ? faults.html200 : undefined)
    const proxy = await proxied({ fault })
    const service = { url: proxy.url, key }
    await project.start(service).ended
    const { assets } = await project.report()
    expect(assets.map((line) => line.reason)).toEqual(['job-lost', 'job-lost', 'job-lost'])

    isBehindPortal = false
    await project.start(service).ended
    expect((await project.report()).totals).toMatchObject({ compressed: 3, credits: 0 })
    expect(proxy.counts.submit).toBe(3)
    expect((await server.spent(id)).charged).toBe(3)
  })

  test('expired results are paid for once more, within the limit', async () => {
    const { id, key } = await server.account()
    const project = await projectOf(4, 7300)
    const proxy = await proxied({ fault: (route) => (route === 'download' ? faults.gone : undefined) })
    const { code, output } = await project.start({ url: proxy.url, key }, { api: { maxCredits: 6 } }).ended
    expect(code, output).toBe(0)
    const { totals } = await project.report()
    expect(totals).toMatchObject({ compressed: 0, credits: 6 })
    expect((await server.spent(id)).charged).toBe(6)
  })
})

test('nothing of a client keeps a process alive', async () => {
  const { key } = await server.account()
  const script = `
    import { createClient } from 'unplugin-compress-fast/client'
    const client = createClient()
    await client.entitlements()
    await client.compressors()
  `
  const env = { ...process.env, COMPRESS_FAST_URL: server.url, TOOLS_FAST_API_KEY: key }
  // Connections are kept for further requests, and the process ends all the same.
  await runNode(['--input-type=module', '--eval', script], repository, env)
})
