import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import {
  createServer as createHttpServer,
  type IncomingHttpHeaders,
  type RequestListener,
  type Server,
} from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, finish, submit } from './client.js'
import { fixture, newFolder, newKey, removeFolder, type ServerProcess, startWorker } from './harness.js'

const run = promisify(execFile)
const secret = 'a secret that two know'

let folder: string
let key: string
let server: ServerProcess
let icon: Buffer
let plain: Receiver
let secure: Receiver | undefined

interface Heard {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A server that writes down what it is told, and answers what its path says: `/503`, `/410`, `/204/…` */
interface Receiver {
  readonly heard: Heard[]
  readonly port: number
  readonly server: Server
}

async function receive(create: (listener: RequestListener) => Server): Promise<Receiver> {
  const heard: Heard[] = []
  const server = create(async (req, res) => {
    const body = (await req.toArray()).join('')
    const path = req.url ?? ''
    const first = !heard.some((other) => other.path === path)
    heard.push({ path, headers: req.headers, body })
    const status = path.startsWith('/once-') && !first ? 204 : Number(/\d+/.exec(path)?.[0])
    res.writeHead(status, { location: '/204/elsewhere' }).end('x'.repeat(100_000))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { heard, server, port: (server.address() as AddressInfo).port }
}

/** A certificate for `hook.test`, if there is a program that makes one. */
async function certificate(): Promise<{ key: string; cert: string } | undefined> {
  const [keyFile, certFile] = [`${folder}/key.pem`, `${folder}/cert.pem`]
  const subject = ['-subj', '/CN=hook.test', '-addext', 'subjectAltName=DNS:hook.test']
  const made = await run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-keyout', keyFile, '-out', certFile, ...subject],
  ]).catch(() => undefined)
  return made && { key: await readFile(keyFile, 'utf8'), cert: await readFile(certFile, 'utf8') }
}

beforeAll(async () => {
  folder = await newFolder()
  icon = await fixture('icon.png')
  key = (await newKey(folder)).key
  plain = await receive((listener) => createHttpServer(listener))
  const pair = await certificate()
  if (pair) secure = await receive((listener) => createHttpsServer(pair, listener))
  const network = { allow: ['127.0.0.1/32'], allowHttp: true, ports: [plain.port, secure?.port], ca: pair?.cert }
  server = await startWorker({
    data: folder,
    names: { 'hook.test': ['127.0.0.1'] },
    network,
    publicUrl: 'https://a.test/',
  })
})
afterAll(async () => {
  expect(await server.stop()).toBe(0)
  for (const receiver of [plain, secure]) receiver?.server.close()
  await removeFolder(folder)
})

/** Hands in a job whose webhook is at a path, and waits for the job's end. */
async function tell(
  path: string,
  { bytes = icon, more = {}, receiver = plain, scheme = 'http' } = {},
): Promise<string> {
  const webhookUrl = `${scheme}://hook.test:${receiver.port}${path}`
  const fields = { webhookUrl, webhookSecret: secret, ...more }
  const { status, json } = await submit(server.url, key, bytes, { name: 'a.png', fields })
  if (status !== 202) throw new Error(JSON.stringify(json))
  await finish(server.url, key, json.id)
  return json.id
}

function heardAt(path: string, receiver = plain): Heard[] {
  return receiver.heard.filter((heard) => heard.path === path)
}

/** What a message says, after the standard's own library found its signature good. */
function verified({ body, headers }: Heard, by = new Webhook(secret, { format: 'raw' })) {
  const signed = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
  return by.verify(body, signed)
}

test('a success is told once, signed as the standard says', async () => {
  const id = await tell('/204/success')
  await expect.poll(() => heardAt('/204/success').length).toBe(1)
  const [heard] = heardAt('/204/success')
  if (!heard) throw new Error('nothing was heard')
  const status = (await call(server.url, key, `/compress/job/${id}`)).json
  expect(verified(heard)).toEqual({
    event: 'job.succeeded',
    eventId: heard.headers['webhook-id'],
    jobId: id,
    jobType: 'compress',
    site: 'compress.fast',
    status: 'Succeeded',
    deliveryAttempt: 1,
    output: {
      fileName: 'a.png',
      contentType: 'image/png',
      fileCount: 1,
      downloadUrl: `https://a.test/compress/job/${id}/download`,
      expiresAt: status.timeline.expiresAt,
    },
    error: null,
    metrics: {
      inputBytes: icon.length,
      outputBytes: status.metrics.outputBytes,
      creditCost: 1,
      processingTimeMs: status.metrics.processingMs,
    },
    completedAt: status.timeline.completedAt,
  })
  expect(() => verified({ ...heard, body: `${heard.body} ` })).toThrow('signature')
  expect(() => verified(heard, new Webhook('another secret of two', { format: 'raw' }))).toThrow('signature')
})

test('a failure is told with its reason', async () => {
  const id = await tell('/200/failure', { bytes: await fixture('broken.png') })
  await expect.poll(() => heardAt('/200/failure').length).toBe(1)
  const [heard] = heardAt('/200/failure')
  expect(heard && verified(heard)).toMatchObject({
    event: 'job.failed',
    jobId: id,
    output: null,
    error: { code: 'job.invalid_file' },
  })
})

test('a secret of the standard’s own form is understood', async () => {
  const webhookSecret = `whsec_${Buffer.from('thirty-two bytes that are secret').toString('base64')}`
  await tell('/204/whsec', { more: { webhookSecret } })
  await expect.poll(() => heardAt('/204/whsec').length).toBe(1)
  const [heard] = heardAt('/204/whsec')
  expect(heard && verified(heard, new Webhook(webhookSecret))).toMatchObject({ event: 'job.succeeded' })
})

test('only what was asked for is told', async () => {
  await tell('/204/quiet', { more: { webhookEvents: 'failed' } })
  await tell('/204/loud', { more: { webhookEvents: ' succeeded, failed ' } })
  await expect.poll(() => heardAt('/204/loud').length).toBe(1)
  expect(heardAt('/204/quiet')).toEqual([])
})

test('a receiver that fails is told again under the same id, and one that says 410 is not', async () => {
  const paths = ['/once-503', '/410/gone', '/302/elsewhere']
  await Promise.all(paths.map((path) => tell(path)))
  await expect.poll(() => heardAt('/once-503').length, { timeout: 20_000 }).toBe(2)
  const [first, second] = heardAt('/once-503')
  expect(first && second && [verified(first), verified(second)]).toMatchObject([
    { deliveryAttempt: 1, eventId: first?.headers['webhook-id'] },
    { deliveryAttempt: 2, eventId: first?.headers['webhook-id'] },
  ])
  await expect.poll(() => heardAt('/302/elsewhere').length, { timeout: 20_000 }).toBe(2)
  expect(heardAt('/204/elsewhere')).toEqual([])
  expect(heardAt('/410/gone')).toHaveLength(1)
})

test('a certificate is checked against the name', async ({ skip }) => {
  if (!secure) return skip('there is no openssl to make a certificate with')
  await tell('/204/secure', { receiver: secure, scheme: 'https' })
  await expect.poll(() => heardAt('/204/secure', secure).length).toBe(1)
})

test('what a killed server had not told yet is told by the next one', async () => {
  // Nobody answers there until the server is gone.
  plain.server.closeAllConnections()
  await new Promise((resolve) => plain.server.close(resolve))
  const id = await tell('/204/later')
  await server.kill()
  await new Promise<void>((resolve) => plain.server.listen(plain.port, '127.0.0.1', resolve))
  const network = { allow: ['127.0.0.1/32'], allowHttp: true, ports: [plain.port] }
  server = await startWorker({ data: folder, names: { 'hook.test': ['127.0.0.1'] }, network })
  await expect.poll(() => heardAt('/204/later').length, { timeout: 20_000 }).toBe(1)
  const [heard] = heardAt('/204/later')
  expect(heard && verified(heard)).toMatchObject({ jobId: id })
})
