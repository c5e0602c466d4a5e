import { execFile } from 'node:child_process'
import { connect } from 'node:net'
import { promisify } from 'node:util'
import { inspect } from '@compress-fast/engine/inspect'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call, finish, form, submit } from './client.js'
import { fixture, newFolder, newKey, removeFolder, type ServerProcess, startServer } from './harness.js'

let folder: string
let server: ServerProcess
let key: string
let icon: Buffer
let photo: Buffer

beforeAll(async () => {
  folder = await newFolder()
  key = (await newKey(folder, '--credits', '1000')).key
  icon = await fixture('icon.png')
  photo = await fixture('photo.jpg')
  server = await startServer(folder)
})
afterAll(async () => {
  expect(await server.stop()).toBe(0)
  await removeFolder(folder)
})

const post = (path: string, body: FormData, headers: Record<string, string> = {}) =>
  call(server.url, key, path, { method: 'POST', body, headers })

/** Hands a file in and waits for what becomes of it. */
async function compress(bytes: Uint8Array, name: string, options?: unknown) {
  const fields: Record<string, string> = options === undefined ? {} : { options: JSON.stringify(options) }
  const { status, json } = await submit(server.url, key, bytes, { name, fields })
  if (status !== 202) throw new Error(`submit was answered ${status} ${JSON.stringify(json)}`)
  const job = await finish(server.url, key, json.id)
  const result = await call(server.url, key, `/compress/job/${json.id}/download`)
  return { submitted: json, job, result }
}

describe('a job from submit to delete', () => {
  test('says what the contract says at every step, and the result is a smaller picture of the same size', async () => {
    const answer = await submit(server.url, key, photo, { name: 'My Photo.JPG' })
    expect(answer.status).toBe(202)
    expect(answer.headers.get('location')).toBe(`/compress/job/${answer.json.id}`)
    expect(answer.json).toMatchObject({ status: 'Queued', fileName: 'My Photo', format: 'jpg', creditCost: 1 })
    expect(answer.json.queue).toMatchObject({ pool: 'ImagePool', position: 1, totalQueued: 1 })
    expect(answer.json.metrics).toMatchObject({ inputBytes: photo.length, outputBytes: 0, processingMs: 0 })
    const { id } = answer.json

    const job = await finish(server.url, key, id)
    expect(job).toMatchObject({ id, status: 'Succeeded', progress: { percent: 100, phase: null }, error: null })
    expect(job.output).toMatchObject({
      fileName: 'My Photo.JPG',
      contentType: 'image/jpeg',
      fileCount: 1,
      changed: true,
    })
    expect(job.metrics.outputBytes).toBeLessThan(photo.length)

    const result = await call(server.url, key, `/compress/job/${id.replaceAll('-', '')}/download`)
    expect(result.bytes.length).toBe(job.metrics.outputBytes)
    expect(Object.fromEntries(result.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'content-length': String(job.metrics.outputBytes),
      'content-disposition': 'attachment; filename="My Photo.JPG"',
      etag: `"${job.output.sha256}"`,
      'x-content-type-options': 'nosniff',
    })
    const [before, after] = [inspect(photo), inspect(result.bytes)]
    expect([after?.format, after?.width, after?.height]).toEqual(['jpeg', before?.width, before?.height])

    expect((await call(server.url, key, `/compress/job/${id}/cancel`, { method: 'POST' })).json.error).toBe(
      'jobs.not_cancellable',
    )
    const removed = await call(server.url, key, `/compress/job/${id}`, { method: 'DELETE' })
    expect([removed.status, removed.bytes.length]).toEqual([204, 0])
    for (const path of ['', '/download']) {
      expect((await call(server.url, key, `/compress/job/${id}${path}`)).json).toEqual({
        error: 'jobs.not_found',
        detail: null,
      })
    }
  })

  test('a file that cannot shrink comes back as it was, and that is a success', async () => {
    const optimal = (await compress(icon, 'icon.png')).result.bytes
    const { job, result } = await compress(optimal, 'optimal.png')
    expect([job.status, job.output.changed, job.output.reason]).toEqual(['Succeeded', false, 'no-gain'])
    expect(result.bytes).toEqual(optimal)
  })

  test.each([
    ['broken.jpg', 'broken.jpg', 'job.invalid_file'],
    ['lfs-pointer.png', 'text.png', 'job.unsupported_format'],
  ])('%s fails, says why, and costs nothing', async (source, name, code) => {
    const credits = async () => (await call(server.url, key, '/compress/entitlements/me')).json.totalCredits
    const before = await credits()
    const { job, result } = await compress(await fixture(source), name)
    expect([job.status, job.error.code, job.output]).toEqual(['Failed', code, null])
    expect(job.error.detail).toEqual(expect.any(String))
    expect([result.status, result.json.error]).toEqual([409, 'jobs.no_output'])
    expect(await credits()).toBe(before)
  })

  test('content decides the type, whatever the name says', async () => {
    const { job, result } = await compress(await fixture('mislabelled.png'), 'mislabelled.png')
    const told = inspect(result.bytes)?.format
    expect(told).toBe('jpeg')
    expect(job.output).toMatchObject({ fileName: 'mislabelled.jpg', contentType: 'image/jpeg' })
  })

  test('documents go through the same door', async () => {
    const { job, result } = await compress(await fixture('document.pdf'), 'document.pdf')
    expect([job.status, job.queue.pool, job.output.contentType]).toEqual([
      'Succeeded',
      'DocumentPool',
      'application/pdf',
    ])
    expect(result.bytes.subarray(0, 5).toString()).toBe('%PDF-')
  })

  test('a name that would steer headers or paths is only a name', async () => {
    const { job, result } = await compress(icon, '../../etc/"x\r\n;ü 图.png')
    expect(job.output.fileName).not.toMatch(/["\r\n/\\]/)
    expect(job.output.fileName).toContain('ü 图.png')
    expect(result.headers.get('content-disposition')).toMatch(/^attachment; filename="[ -~]*"; filename\*=UTF-8''\S+$/)
  })
})

describe('options', () => {
  test.each([
    ['photo.jpg', { preset: 'custom', mode: 'pixels', value: 90 }, 90],
    ['photo.webp', { mode: 'percentage', value: 50 }, 150],
    ['logo-alpha.png', { preset: 'custom', mode: 'percentage', value: 10 }, 20],
    ['animated.gif', { preset: 'custom', mode: 'pixels', value: 64 }, 64],
    ['photo.avif', { preset: 'custom', mode: 'pixels', value: 100 }, 100],
  ])('%s becomes smaller in pixels with %j', async (name, resize, edge) => {
    const source = await fixture(name)
    const { job, result } = await compress(source, name, { _schemaVersion: 1, resize: { enabled: true, ...resize } })
    expect([job.status, job.error]).toEqual(['Succeeded', null])
    const [before, after] = [inspect(source), inspect(result.bytes)]
    if (!before || !after) throw new Error('no picture')
    expect([after.format, after.frames, Math.max(after.width, after.height)]).toEqual([
      before.format,
      before.frames,
      edge,
    ])
    expect(after.width / after.height).toBeCloseTo(before.width / before.height, 1)
  })

  test('a scan is compressed, and keeps its pixels whatever is asked for', async () => {
    const source = await sharp(photo).tiff({ compression: 'none' }).toBuffer()
    for (const options of [undefined, { resize: { enabled: true, mode: 'percentage', value: 50 } }]) {
      const { job, result } = await compress(source, 'a.tif', options)
      expect(job).toMatchObject({ status: 'Succeeded', output: { fileName: 'a.tif', contentType: 'image/tiff' } })
      expect(result.bytes.byteLength).toBeLessThan(source.length)
      expect(await sharp(result.bytes).raw().toBuffer()).toEqual(await sharp(source).raw().toBuffer())
    }
  })

  test('a picture is never made larger in pixels', async () => {
    const { result } = await compress(photo, 'a.jpg', { resize: { enabled: true, preset: '4k' } })
    expect(inspect(result.bytes)?.width).toBe(inspect(photo)?.width)
  })

  test('a PNG asked for without loss keeps every pixel', async () => {
    const { job } = await compress(icon, 'a.png', { smartCompression: { enabled: true, mode: 'lossless' } })
    expect([null, 100]).toContain(job.output.quality)
  })

  test.each([
    ['a.jpg', '{', 'is not JSON'],
    ['a.jpg', '[]', 'must be object'],
    ['a.jpg', '{"_schemaVersion":2}', 'must be equal to constant'],
    ['a.jpg', '{"resise":{}}', 'must not have "resise"'],
    ['a.jpg', '{"smartCompression":{}}', 'must not have "smartCompression"'],
    ['a.pdf', '{"resize":{"enabled":true}}', 'must not have "resize"'],
    ['a.jpg', '{"resize":{"mode":"percentage","value":100}}', 'must be <= 99'],
    ['a.jpg', '{"resize":{"value":0}}', 'must be >= 1'],
    ['a.jpg', '{"resize":{"value":10001}}', 'must be <= 10000'],
    ['a.jpg', '{"resize":{"value":1.5}}', 'must be integer,null'],
  ])('%s with %s is refused', async (name, options, why) => {
    const { status, json } = await submit(server.url, key, photo, { name, fields: { options } })
    expect([status, json.error]).toEqual([400, 'request.invalid_parameter'])
    expect(json.detail).toContain(why)
  })
})

describe('requests that are refused', () => {
  const fields = { webhookUrl: 'https://a.test/', webhookSecret: 'x'.repeat(16) }
  test.each<[string, () => FormData, number, string]>([
    ['no file', () => form(undefined, ''), 400, 'request.no_files'],
    ['an empty file', () => form(Buffer.alloc(0), 'a.png'), 400, 'request.empty_file'],
    ['a song', () => form(photo, 'a.mp3'), 400, 'request.invalid_extension'],
    ['no extension', () => form(photo, 'photo'), 400, 'request.invalid_extension'],
    [
      'a reserved field',
      () => form(icon, 'a.png', { outputUrl: 'https://a.test/' }),
      400,
      'url_fetch.output_url_reserved',
    ],
    [
      'a file and an address',
      () => form(icon, 'a.png', { inputUrl: 'https://a.test/a.png' }),
      400,
      'url_fetch.mutually_exclusive',
    ],
    [
      'a secret without an address',
      () => form(icon, 'a.png', { webhookSecret: 'x'.repeat(16) }),
      400,
      'webhook.invalid_url',
    ],
    [
      'a webhook at a closed port',
      () => form(icon, 'a.png', { ...fields, webhookUrl: 'https://a.test:22/' }),
      400,
      'webhook.invalid_url',
    ],
    [
      'a webhook without TLS',
      () => form(icon, 'a.png', { ...fields, webhookUrl: 'http://a.test/' }),
      400,
      'webhook.invalid_url',
    ],
    [
      'a short secret',
      () => form(icon, 'a.png', { ...fields, webhookSecret: 'x'.repeat(15) }),
      400,
      'webhook.invalid_secret',
    ],
    [
      'a long secret',
      () => form(icon, 'a.png', { ...fields, webhookSecret: 'x'.repeat(257) }),
      400,
      'webhook.invalid_secret',
    ],
    [
      'an unknown event',
      () => form(icon, 'a.png', { ...fields, webhookEvents: 'queued' }),
      400,
      'webhook.invalid_events',
    ],
  ])('%s', async (_name, body, status, code) => {
    const answer = await post('/compress', body())
    expect(answer.json).toEqual({
      error: code,
      detail: expect.any(String),
      ...(code.startsWith('url_fetch.') && { isRetryable: false }),
    })
    expect(answer.status).toBe(status)
  })

  test('two files', async () => {
    const body = form(icon, 'a.png')
    body.append('file', new Blob([icon]), 'b.png')
    expect((await post('/compress', body)).json.error).toBe('request.no_files')
  })

  test('a compressor takes its own files only', async () => {
    expect((await post('/compress/jpg', form(icon, 'a.png'))).json.error).toBe('request.invalid_extension')
    expect((await post('/compress/image', form(icon, 'a.png'))).status).toBe(202)
    expect((await post('/compress/pdf', form(icon, 'a.png'))).json.error).toBe('request.invalid_extension')
  })

  test('another type of body', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/mixed; boundary=a']) {
      const answer = await call(server.url, key, '/compress', {
        method: 'POST',
        body: 'a=b',
        headers: { 'content-type': type },
      })
      expect([answer.status, answer.json.error]).toEqual([400, 'request.invalid_content_type'])
    }
  })

  test('a JSON body that holds no address, or is none', async () => {
    const bodies = {
      '{}': 'url_fetch.invalid_url',
      '{"sourceFormat":"jpg"}': 'url_fetch.invalid_url',
      '[]': 'request.invalid_body',
      '{': 'request.invalid_parameter',
      '{"inputUrl":5}': 'request.invalid_parameter',
    }
    for (const [body, code] of Object.entries(bodies)) {
      const headers = { 'content-type': 'application/json' }
      expect((await call(server.url, key, '/compress', { method: 'POST', body, headers })).json.error).toBe(code)
    }
  })

  test('an address that is not there, and a method that is not', async () => {
    expect((await call(server.url, key, '/compress/nothing/here')).json.error).toBe('request.not_found')
    const answer = await call(server.url, key, '/compress/job/x/cancel')
    expect([answer.status, answer.headers.get('allow'), answer.json.error]).toEqual([
      405,
      'POST',
      'request.method_not_allowed',
    ])
  })

  test('a client that left in the middle leaves nothing behind', async () => {
    const { hostname, port } = new URL(server.url)
    const socket = connect(Number(port), hostname)
    const head = `POST /compress HTTP/1.1\r\nhost: a\r\nx-fast-api-key: ${key}\r\ncontent-length: 100000\r\ncontent-type: multipart/form-data; boundary=b\r\n\r\n`
    socket.write(
      `${head}--b\r\ncontent-disposition: form-data; name="file"; filename="a.png"\r\n\r\n${'x'.repeat(5000)}`,
    )
    await expect.poll(async () => (await files(`${folder}/tmp`)).length).toBe(1)
    socket.destroy()
    await expect.poll(async () => (await files(`${folder}/tmp`)).length).toBe(0)
  })
})

async function files(path: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ls', [path])
  return stdout.split('\n').filter(Boolean)
}

describe('Idempotency-Key', () => {
  test('the same request again is the same job and one charge, also when all come at once', async () => {
    const before = (await call(server.url, key, '/compress/entitlements/me')).json
    const again = () => submit(server.url, key, icon, { name: 'a.png', idempotencyKey: 'one' })
    const answers = await Promise.all(Array.from({ length: 10 }, again))
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(202))
    expect(new Set(answers.map(({ json }) => json.id)).size).toBe(1)
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(9)
    await finish(server.url, key, answers[0]?.json.id)
    expect((await again()).json.status).toBe('Succeeded')
    const after = (await call(server.url, key, '/compress/entitlements/me')).json
    expect(before.totalCredits - after.totalCredits).toBe(1)
  })

  test.each<[string, () => FormData]>([
    ['bytes', () => form(photo, 'a.png')],
    ['a name', () => form(icon, 'b.png')],
    ['options', () => form(icon, 'a.png', { options: '{"resize":{"enabled":true,"preset":"720p"}}' })],
  ])('the same key with other %s is refused', async (what, body) => {
    const headers = { 'idempotency-key': `two-${what.at(-1)}` }
    expect((await post('/compress', form(icon, 'a.png'), headers)).status).toBe(202)
    const answer = await post('/compress', body(), headers)
    expect([answer.status, answer.json.error]).toEqual([422, 'idempotency.key_reused'])
  })

  test('a deleted job frees its key', async () => {
    const once = await submit(server.url, key, icon, { name: 'a.png', idempotencyKey: 'three' })
    await finish(server.url, key, once.json.id)
    await call(server.url, key, `/compress/job/${once.json.id}`, { method: 'DELETE' })
    const twice = await submit(server.url, key, icon, { name: 'a.png', idempotencyKey: 'three' })
    expect(twice.status).toBe(202)
    expect(twice.json.id).not.toBe(once.json.id)
  })

  test('a key that is none is refused', async () => {
    const answer = await submit(server.url, key, icon, { name: 'a.png', idempotencyKey: 'with a space' })
    expect([answer.status, answer.json.error]).toEqual([400, 'idempotency.invalid_key'])
  })
})

describe('versions', () => {
  test('path, query and header ask for one, in that order', async () => {
    const path = '/compress/entitlements/me'
    const status = async (at: string, version?: string) => {
      const headers: Record<string, string> = version === undefined ? {} : { 'x-fast-endpoint-version': version }
      const answer = await call(server.url, key, at, { headers })
      expect(answer.headers.get('x-fast-endpoint-version')).toBe('1')
      return answer.json.error ?? answer.status
    }
    expect(await status('/compress/v1/entitlements/me')).toBe(200)
    expect(await status('/compress/v1/entitlements/me?version=2', '3')).toBe(200)
    expect(await status(`${path}?version=1`, '3')).toBe(200)
    expect(await status(path, '1')).toBe(200)
    for (const [at, version] of [['/compress/v2/entitlements/me'], [`${path}?version=2`], [path, '9'], [path, 'x']]) {
      expect(await status(at ?? '', version)).toBe('request.unsupported_version')
    }
    expect((await post('/compress/v1', form(icon, 'a.png'))).status).toBe(202)
  })
})
