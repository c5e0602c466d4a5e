import { createServer as createHttpServer, type Server } from 'node:http'
import { type AddressInfo, createServer, type Server as TcpServer } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Answer, call, finish } from './client.js'
import { fixture, newFolder, newKey, removeFolder, type ServerProcess, startWorker } from './harness.js'
import { names, targets } from './ssrf-targets.js'

// Only Linux has more than one address of its own without being told.
const runs = process.platform === 'linux'

let folder: string
let key: string
let server: ServerProcess
let photo: Buffer
let port: number
let connections: string[] = []
const canaries: TcpServer[] = []
let open: Server

beforeAll(async () => {
  if (!runs) return
  photo = await fixture('icon.png')
  // One port for all: the canary on this machine's own addresses, and beside it a server that may be asked.
  port = await listenOn('127.0.0.1', 0)
  await listenOn('::1', port)
  open = createHttpServer((req, res) => {
    const [path, to = ''] = (req.url ?? '').split('?')
    if (path === '/to') res.writeHead(302, { location: decodeURIComponent(to) }).end()
    else if (path === '/again') res.writeHead(307, { location: `http://rebind.test:${port}/photo` }).end()
    else if (path === '/photo') res.end(photo)
    else res.writeHead(404).end()
  })
  await new Promise<void>((resolve) => open.listen(port, '127.0.0.2', resolve))
  folder = await newFolder()
  key = (await newKey(folder, '--credits', '100')).key
  const network = { allow: ['127.0.0.2/32'], allowHttp: true, ports: [port, 80, 443] }
  server = await startWorker({ data: folder, names, network })
})
afterAll(async () => {
  if (!runs) return
  expect(await server.stop()).toBe(0)
  for (const listening of [...canaries, open]) await new Promise((resolve) => listening.close(resolve))
  await removeFolder(folder)
})

/** A listener that writes down who came. */
async function listenOn(host: string, wanted: number): Promise<number> {
  const canary = createServer((socket) => {
    connections.push(`${host} from ${socket.remoteAddress}`)
    socket.destroy()
  })
  canaries.push(canary)
  await new Promise<void>((resolve) => canary.listen(wanted, host, resolve))
  return (canary.address() as AddressInfo).port
}

function submitUrl(inputUrl: string): Promise<Answer> {
  const body = JSON.stringify({ inputUrl, sourceFormat: 'png' })
  return call(server.url, key, '/compress', { method: 'POST', body, headers: { 'content-type': 'application/json' } })
}

/** Answers that say that nobody was asked. */
const refusals = [
  'url_fetch.private_ip',
  'url_fetch.invalid_url',
  'url_fetch.invalid_scheme',
  'url_fetch.invalid_port',
  'url_fetch.dns_failed',
  'url_fetch.too_many_redirects',
]

test.runIf(runs)('of more than 120 targets inside, none is ever connected to', async () => {
  const all = targets(port, `http://open.test:${port}`)
  expect(all.length).toBeGreaterThanOrEqual(120)
  const answers: string[] = []
  for (const target of all) {
    const { status, json } = await submitUrl(target)
    if (status !== 400 || !refusals.includes(json.error)) answers.push(`${target}: ${status} ${JSON.stringify(json)}`)
  }
  expect(answers).toEqual([])
  expect(connections).toEqual([])
})

test.runIf(runs)('the same server fetches what may be fetched, and the canary would have sung', async () => {
  const { status, json } = await submitUrl(`http://open.test:${port}/to?${encodeURIComponent('/photo')}`)
  expect([status, json?.fileName, json?.metrics.inputBytes]).toEqual([202, 'to', photo.length])
  expect((await finish(server.url, key, json.id)).status).toBe('Succeeded')
  await fetch(`http://127.0.0.1:${port}/`).catch(() => {})
  expect(connections).toHaveLength(1)
  connections = []
})

test.runIf(runs)('a webhook is not sent inside either', async () => {
  for (const host of ['loop.test', 'mixed.test', 'link.test', 'nonsense.test']) {
    const body = new FormData()
    body.set('file', new Blob([photo]), 'icon.png')
    body.set('webhookUrl', `http://${host}:${port}/hook`)
    body.set('webhookSecret', 'a secret of enough length')
    const { status, json } = await call(server.url, key, '/compress', { method: 'POST', body })
    expect([status, json.error]).toEqual([202, null])
    await finish(server.url, key, json.id)
  }
  await expect.poll(() => server.output().match(/"event":"webhook.tried"/g)?.length, { timeout: 20_000 }).toBe(4)
  expect(server.output()).toContain('stands for a private or reserved address')
  expect(connections).toEqual([])
})

test
  .runIf(runs)
  .each([
    'http://127.0.0.1/hook',
    'http://[::1]/hook',
    'http://2130706433/hook',
    'http://printer.local/hook',
    'http://db.internal/hook',
    'http://a.localhost/hook',
    'ftp://open.test/hook',
    'http://user:pass@open.test/hook',
    ['http://open.test/', 'x'.repeat(2048)].join(''),
    'not an address',
  ])('%.60s is no address for a webhook', async (webhookUrl) => {
  const body = JSON.stringify({
    inputUrl: `http://open.test:${port}/photo`,
    sourceFormat: 'png',
    webhookUrl,
    webhookSecret: 'x'.repeat(16),
  })
  const answer = await call(server.url, key, '/compress', {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json' },
  })
  expect([answer.status, answer.json.error]).toEqual([400, 'webhook.invalid_url'])
})
