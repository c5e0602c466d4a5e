import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, finish } from './client.js'
import { fixture, newFolder, newKey, removeFolder, type ServerProcess, startWorker } from './harness.js'

/** `COMPRESS_FAST_FULL=1` sends all that is allowed. */
const megabytes = process.env['COMPRESS_FAST_FULL'] ? 1024 : 64
const MIB = 2 ** 20

let folder: string
let server: ServerProcess
let key: string

beforeAll(async () => {
  folder = await newFolder()
  key = (await newKey(folder, '--credits', '1000')).key
  server = await startWorker({ data: folder, limits: { fileBytes: megabytes * MIB } })
})
afterAll(async () => {
  expect(await server.stop()).toBe(0)
  await removeFolder(folder)
})

/** A member of the process's status, in bytes. */
async function memory(member: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${server.process.pid}/status`, 'utf8')
  return Number(new RegExp(`${member}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024
}

const head = '--cut\r\ncontent-disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
const tail = '\r\n--cut--\r\n'

/** A form with so many bytes in its file, which come as fast as they are taken. */
function body(first: Buffer, length: number): ReadableStream<Uint8Array> {
  const chunk = new Uint8Array(256 * 1024)
  async function* parts(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(head)
    yield first
    for (let left = length - first.length; left > 0; left -= chunk.length)
      yield chunk.subarray(0, Math.min(left, chunk.length))
    yield Buffer.from(tail)
  }
  return ReadableStream.from(parts())
}

function upload(first: Buffer, length: number) {
  const headers = { 'content-type': 'multipart/form-data; boundary=cut' }
  const init = { method: 'POST', body: body(first, length), headers, duplex: 'half' as const }
  return call(server.url, key, '/compress', init)
}

test.runIf(process.platform === 'linux')(
  `${megabytes} MiB are taken within 64 MiB of memory, and one byte more is refused`,
  { timeout: 600_000 },
  async () => {
    const photo = await fixture('photo.jpg')
    // Idle is a server that has done what it does once.
    const small = await upload(photo, photo.length)
    await finish(server.url, key, small.json.id)
    const idle = await memory('VmRSS')

    const { status, json } = await upload(photo, megabytes * MIB)
    expect([status, json.metrics?.inputBytes]).toEqual([202, megabytes * MIB])
    expect(json.creditCost).toBe(Math.ceil(megabytes / 5))
    const job = await finish(server.url, key, json.id)
    // A megabyte of nothing behind a photo is data that the engine does not touch, or throws away.
    expect(['Succeeded', 'Failed']).toContain(job.status)
    const peak = await memory('VmHWM')
    console.log(`idle ${Math.round(idle / MIB)} MiB, peak ${Math.round(peak / MIB)} MiB`)
    expect(peak - idle).toBeLessThan(64 * MIB)

    const refused = await upload(photo, megabytes * MIB + 1)
    expect([refused.status, refused.json]).toEqual([
      413,
      { error: 'request.file_too_large', detail: expect.any(String), megabytes },
    ])
  },
)

/** Sends the beginning of a request and tells what is answered while the rest is kept back. */
async function begin(
  headers: string,
  first: string,
  length = 60 * MIB,
): Promise<{ answer: () => string; sent: Promise<void> }> {
  const { hostname, port } = new URL(server.url)
  const socket = connect(Number(port), hostname)
  let answer = ''
  socket.on('data', (chunk) => (answer += chunk))
  socket.on('error', () => {})
  const sent = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.write(`POST /compress HTTP/1.1\r\nhost: a\r\ncontent-length: ${length}\r\n${headers}\r\n\r\n${first}`)
  await expect.poll(() => answer, { timeout: 10_000 }).toContain('HTTP/1.1')
  return { answer: () => answer, sent }
}

test('what is refused is refused before its body came, and the connection ends', async () => {
  const type = 'content-type: multipart/form-data; boundary=cut'
  const noKey = await begin(type, head)
  expect(noKey.answer()).toContain('401 Unauthorized')
  const noForm = await begin(`x-fast-api-key: ${key}\r\ncontent-type: text/plain`, '')
  expect(noForm.answer()).toContain('request.invalid_content_type')
  const noFormat = await begin(`x-fast-api-key: ${key}\r\n${type}`, head.replace('a.jpg', 'a.mp3') + 'x'.repeat(100))
  expect(noFormat.answer()).toContain('request.invalid_extension')
  const tooLarge = await begin(`x-fast-api-key: ${key}\r\n${type}`, head, (megabytes + 3) * MIB)
  expect(tooLarge.answer()).toContain('413 Payload Too Large')
  await Promise.all([tooLarge.sent, noKey.sent, noForm.sent, noFormat.sent])
})

test('a client that waits for leave gets it, or the refusal instead', async () => {
  const type = 'expect: 100-continue\r\ncontent-type: multipart/form-data; boundary=cut'
  const good = await begin(`x-fast-api-key: ${key}\r\n${type}`, '')
  await sleep(50)
  expect(good.answer()).toBe('HTTP/1.1 100 Continue\r\n\r\n')
  const bad = await begin(type, '')
  expect(bad.answer()).toMatch(/^HTTP\/1.1 401/)
})
