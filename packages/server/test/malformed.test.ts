import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pickSeed, seeded } from '../../../test/faults/workers/random.mjs'
import { call } from './client.js'
import { fixture, newFolder, newKey, removeFolder, type ServerProcess, startWorker } from './harness.js'

/** `COMPRESS_FAST_FULL=1` sends twenty times as many. */
const bodies = process.env['COMPRESS_FAST_FULL'] ? 10_000 : 500
const seed = pickSeed()
const random = seeded(seed)
/** A connection that carried nothing for so long is closed by the server. */
const idleMs = 400

let folder: string
let server: ServerProcess
let key: string
let body: Buffer

beforeAll(async () => {
  folder = await newFolder()
  key = (await newKey(folder, '--credits', '1000000')).key
  const icon = await fixture('tiny.png')
  const part = (head: string, bytes: Buffer | string) => [
    `--cut\r\ncontent-disposition: form-data; ${head}\r\n\r\n`,
    bytes,
    '\r\n',
  ]
  const parts = [
    ...part('name="options"', '{"_schemaVersion":1}'),
    ...part('name="file"; filename="a.png"', icon),
    '--cut--\r\n',
  ]
  body = Buffer.concat(parts.map((bytes) => Buffer.from(bytes)))
  server = await startWorker({ data: folder, limits: { idleMs, outstanding: 1_000_000, running: 2 } })
})
afterAll(async () => {
  expect(await server.stop()).toBe(0)
  await removeFolder(folder)
})

const below = (limit: number) => Math.floor(random() * limit)

/** Ways to spoil bytes. */
const spoilers: readonly ((bytes: Buffer) => Buffer)[] = [
  (bytes) => bytes.subarray(0, below(bytes.length)),
  (bytes) => splice(bytes, below(bytes.length), below(40), Buffer.alloc(0)),
  (bytes) => splice(bytes, below(bytes.length), 0, Buffer.from(Array.from({ length: below(20) }, () => below(256)))),
  (bytes) => splice(bytes, below(bytes.length), 1, Buffer.from([below(256)])),
  (bytes) => splice(bytes, below(bytes.length), 0, Buffer.from('\r\n--cut\r\n')),
  (bytes) => splice(bytes, below(bytes.length), 0, Buffer.from('\r\n--cut--\r\n')),
  (bytes) => splice(bytes, below(200), 0, Buffer.from('content-disposition: form-data; name="__proto__"\r\n')),
  (bytes) =>
    splice(
      bytes,
      below(200),
      0,
      Buffer.from('content-transfer-encoding: base64\r\ncontent-type: a; charset=utf-7\r\n'),
    ),
  (bytes) =>
    Buffer.from(bytes.toString('latin1').replaceAll('\r\n', ['\n', '\r', '\0\r\n', ''][below(4)] ?? ''), 'latin1'),
  (bytes) => Buffer.concat([bytes, bytes]),
  (bytes) => Buffer.from(bytes.toString('latin1').replace(/name="/g, 'name="'.repeat(below(50))), 'latin1'),
]

function splice(bytes: Buffer, at: number, removed: number, added: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + removed)])
}

function spoil(bytes: Buffer): Buffer {
  let spoiled = bytes
  for (let times = 1 + below(3); times > 0; times -= 1) spoiled = spoilers[below(spoilers.length)]?.(spoiled) ?? spoiled
  return spoiled
}

/** What is said of the length: the truth, more, less, or nothing, in chunks. */
function framing(length: number): string {
  const lengths = [length, length, length, length + 1 + below(50), Math.max(1, length - 1 - below(50))]
  const type = [
    'multipart/form-data; boundary=cut',
    'multipart/form-data; boundary="cut"',
    'multipart/form-data',
    'multipart/form-data; boundary=',
  ][random() < 0.85 ? 0 : below(4)]
  return `content-type: ${type}\r\ncontent-length: ${lengths[below(lengths.length)]}`
}

/** Sends a body as it is and returns the status line's number; 0 when the connection was closed without an answer. */
function send(bytes: Buffer): Promise<number> {
  const { hostname, port } = new URL(server.url)
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(Number(port), hostname)
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')))
    socket.on('error', () => {})
    socket.on('close', () => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0)))
    socket.write(
      `POST /compress HTTP/1.1\r\nhost: a\r\nconnection: close\r\nx-fast-api-key: ${key}\r\n${framing(bytes.length)}\r\n\r\n`,
    )
    socket.write(bytes)
  })
}

/** Answers that a spoiled body may get; it may also be whole enough, or be waited for until the connection is idle. */
const fine = new Set([0, 202, 400])

test(`${bodies} malformed bodies are answered, and the server goes on (SEED=${seed})`, {
  timeout: 900_000,
}, async () => {
  const seen = new Map<number, number>()
  let left = bodies
  async function sendSome(): Promise<void> {
    while (left-- > 0) {
      const status = await send(spoil(body))
      seen.set(status, (seen.get(status) ?? 0) + 1)
    }
  }
  await Promise.all(Array.from({ length: 40 }, sendSome))
  expect([...seen.keys()].filter((status) => !fine.has(status))).toEqual([])
  expect(seen.get(400)).toBeGreaterThan(bodies / 10)
  expect(seen.get(202)).toBeGreaterThan(0)
  expect(server.process.exitCode).toBeNull()
  expect(server.output()).not.toContain('server.error')
  // What was not accepted left no file.
  const { json } = await call(server.url, key, '/healthz')
  expect(json.status).toBe('ok')
})
