import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createServiceClient, type ServiceClient } from '../../dist/api/client.js'
import { RequestFailedError } from '../../dist/api/failure.js'
import type { Clocks } from '../../dist/api/transport.js'
import { createSecret } from '../../dist/util/secret.js'

// Each test has one clock that can run out; the others are out of its way.
const patient: Clocks = { connectMs: 60_000, answerMs: 60_000, windowMs: 60_000, floorBytes: 1024, totalMs: 60_000 }
// Far more than the system's own buffers take in, so that sending depends on who reads.
const large = Buffer.alloc(32 * 2 ** 20)

function clientOf(url: string, clocks: Partial<Clocks>): ServiceClient {
  const client = createServiceClient({
    url: new URL(url),
    key: createSecret('fast_prod_clocks'),
    clocks: { ...patient, ...clocks },
  })
  onTestFinished(() => client.close())
  return client
}

/** A server that takes connections and does with each what the test says. */
async function listen(answer: (socket: Socket) => void): Promise<{ port: number; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket)).on('error', () => undefined)
    answer(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, sockets }
}

async function failureOf(request: Promise<unknown>): Promise<{ kind: string; message: string }> {
  const error = await request.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof RequestFailedError)) throw error ?? new Error('It succeeded.')
  return { kind: error.failure.kind, message: error.message }
}

/** Resolves when the server has no connection left. */
async function whenAlone(sockets: Set<Socket>): Promise<void> {
  while (sockets.size > 0) await sleep(5)
}

const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n'
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`

/** Sends chunks, one after the other, until the connection ends or there is none left. */
async function trickle(socket: Socket, chunks: Iterable<string>, everyMs: number): Promise<void> {
  socket.write(head)
  for (const text of chunks) {
    if (socket.destroyed) return
    socket.write(chunk(text))
    await sleep(everyMs)
  }
  socket.end('0\r\n\r\n')
}

/** Spaces, which mean nothing to readers of JSON. */
function* quietly(chunks: number): Generator<string> {
  for (let sent = 0; sent < chunks; sent++) yield ' '
}

describe('connect', () => {
  const inTime = { kind: 'unsent', message: 'no connection was made in time' }

  test('nobody takes the connection from the system’s queue, which is full', async ({ skip }) => {
    if (process.platform !== 'linux') return skip('other systems refuse what does not fit')
    const url = await fullQueue()
    const client = clientOf(url, { connectMs: 300 })
    expect(await failureOf(client.submit(Buffer.from('file'), { fileName: 'a.png' }))).toEqual(inTime)
  })

  test('the connection stands, and its encryption never does', async () => {
    const { port, sockets } = await listen((socket) => socket.resume())
    const client = clientOf(`https://127.0.0.1:${port}`, { connectMs: 300 })
    expect(await failureOf(client.submit(Buffer.from('file'), { fileName: 'a.png' }))).toEqual(inTime)
    await whenAlone(sockets)
  })
})

/** An address of a process that listens and never looks, with more connections waiting than its queue holds. */
async function fullQueue(): Promise<string> {
  const program = fork(fileURLToPath(new URL('./workers/deaf.mjs', import.meta.url)))
  onTestFinished(() => void program.kill('SIGKILL'))
  const port = await firstMessage(program)
  const waiting = Array.from({ length: 8 }, () => connect(port, '127.0.0.1').on('error', () => undefined))
  onTestFinished(() => waiting.forEach((socket) => void socket.destroy()))
  await once(waiting[0] ?? program, 'connect')
  return `http://127.0.0.1:${port}`
}

async function firstMessage(program: ChildProcess): Promise<number> {
  const [port] = await once(program, 'message')
  return Number(port)
}

describe('silence', () => {
  test.each(['status', 'submit'] as const)('%s is sent, and no answer begins', async (endpoint) => {
    const { port, sockets } = await listen((socket) => socket.resume())
    const client = clientOf(`http://127.0.0.1:${port}`, { connectMs: 100, answerMs: 300 })
    const asked = endpoint === 'status' ? client.status('a') : client.submit(large, { fileName: 'a.png' })
    expect(await failureOf(asked)).toEqual({ kind: 'lost', message: 'no answer came in time' })
    await whenAlone(sockets)
  })
})

describe('throughput', () => {
  const tooSlow = 'the connection is too slow to be of use'

  test('a file that nobody reads', async () => {
    const { port, sockets } = await listen((socket) => socket.pause())
    const client = clientOf(`http://127.0.0.1:${port}`, { windowMs: 300 })
    // Its end was never sent, so nothing can have come of it.
    const asked = client.submit(large, { fileName: 'a.png' })
    expect(await failureOf(asked)).toEqual({ kind: 'unsent', message: tooSlow })
    for (const socket of sockets) socket.resume()
    await whenAlone(sockets)
  })

  test('an answer below the floor', async () => {
    const { port, sockets } = await listen((socket) => void trickle(socket, quietly(Number.POSITIVE_INFINITY), 20))
    const client = clientOf(`http://127.0.0.1:${port}`, { windowMs: 300 })
    expect(await failureOf(client.status('a'))).toEqual({ kind: 'lost', message: tooSlow })
    await whenAlone(sockets)
  })

  test('an answer above the floor may take many windows', async () => {
    const { port } = await listen((socket) => void trickle(socket, [...quietly(100), '{"status":"Queued"}'], 20))
    const client = clientOf(`http://127.0.0.1:${port}`, { windowMs: 800, floorBytes: 1 })
    expect(await client.status('a')).toMatchObject({ status: 'Queued' })
  })
})

test('total: an answer above the floor that never ends', async () => {
  const { port, sockets } = await listen((socket) => void trickle(socket, quietly(Number.POSITIVE_INFINITY), 20))
  const client = clientOf(`http://127.0.0.1:${port}`, { totalMs: 600 })
  expect(await failureOf(client.status('a'))).toEqual({ kind: 'lost', message: 'the request took too long' })
  await whenAlone(sockets)
})

test('the caller’s own signal ends a request at once, with its own reason', async () => {
  const { port, sockets } = await listen((socket) => socket.pause())
  const client = clientOf(`http://127.0.0.1:${port}`, {})
  const controller = new AbortController()
  const reason = new Error('enough')
  const asked = client.submit(large, { fileName: 'a.png', signal: controller.signal })
  const ended = asked.catch((error: unknown) => error)
  while (sockets.size === 0) await sleep(5)
  controller.abort(reason)
  expect(await ended).toBe(reason)
  for (const socket of sockets) socket.resume()
  await whenAlone(sockets)
})
