import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import type { Answer, Fault } from './fault-proxy.js'

const json = { 'content-type': 'application/json' }

/** An answer that the server never gave; it does not get to see the request. */
function answer(status: number, body: unknown = { error: 'made.up', detail: null }, headers: object = {}): Fault {
  return async (passing) => {
    await passing.body()
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
    await passing.reply({ status, headers: { ...json, ...headers }, body: bytes })
  }
}

/** The server's own answer, changed. */
function changed(change: (answer: Answer) => Partial<Answer>): Fault {
  return async (passing) => {
    const real = await passing.upstream()
    await passing.reply({ ...real, ...change(real) })
  }
}

function withJson(change: (fields: Record<string, unknown>) => unknown): Fault {
  return changed(({ body }) => ({
    body: Buffer.from(JSON.stringify(change(JSON.parse(body.toString()) as Record<string, unknown>))),
  }))
}

function redirected(status: number): Fault {
  return (passing) => answer(status, '', { location: passing.elsewhere })(passing)
}

const html = '<!doctype html><title>Sign in</title>'
const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
const manyHeaders = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`x-${index}`, 'filler filler']))

/** Every way to go wrong, by name. Those that end in `After` happen once the server has acted. */
export const faults = {
  resetBefore: ({ reset }) => reset(),
  async resetAfterBody({ body, reset }) {
    await body()
    reset()
  },
  async resetAfter({ upstream, reset }) {
    await upstream()
    reset()
  },
  async closeAfter({ upstream, req }) {
    await upstream()
    req.socket.end()
  },
  async truncatedAfter({ upstream, res }) {
    const { status, headers, body } = await upstream()
    res.writeHead(status, { ...headers, 'content-length': body.byteLength + 1 })
    res.write(body.subarray(0, Math.floor(body.byteLength / 2)))
    await sleep(20)
    res.destroy()
  },
  async cutAfter({ upstream, req }) {
    // Without a length the end of the connection is the end of the answer.
    const { status, body } = await upstream()
    req.socket.end(
      Buffer.concat([
        Buffer.from(`HTTP/1.1 ${status} OK\r\nconnection: close\r\n\r\n`),
        body.subarray(0, Math.floor(body.byteLength / 2)),
      ]),
    )
  },
  async chunkedAfter({ upstream, req }) {
    const { status, body } = await upstream()
    const head = `HTTP/1.1 ${status} OK\r\ntransfer-encoding: chunked\r\n\r\n${(body.byteLength + 9).toString(16)}\r\n`
    req.socket.end(Buffer.concat([Buffer.from(head), body]))
  },
  garbage: async ({ body, req }) => {
    await body()
    req.socket.end('SSH-2.0-OpenSSH_9.6\r\n')
  },
  throttledSeconds: answer(429, undefined, { 'retry-after': '1' }),
  throttledZero: answer(429, undefined, { 'retry-after': '0' }),
  throttledFraction: answer(429, undefined, { 'retry-after': '0.3' }),
  throttledDate: async (passing) => {
    const date = new Date()
    const headers = { ...json, date: date.toUTCString(), 'retry-after': new Date(date.getTime() + 1000).toUTCString() }
    await passing.body()
    await passing.reply({ status: 429, headers, body: Buffer.from('{}') })
  },
  throttledPast: answer(429, undefined, { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }),
  throttledNegative: answer(429, undefined, { 'retry-after': '-5' }),
  throttledGarbage: answer(429, undefined, { 'retry-after': 'soon' }),
  throttledPlain: answer(429, html, { 'content-type': 'text/html' }),
  throttledHour: answer(429, undefined, { 'retry-after': '3600' }),
  error500: answer(500),
  error502: answer(502, html, { 'content-type': 'text/html' }),
  error503: answer(503),
  error503Later: answer(503, undefined, { 'retry-after': '1' }),
  error504: answer(504),
  error500After: changed(() => ({ status: 500, body: Buffer.from('{}') })),
  html200: answer(200, html, { 'content-type': 'text/html' }),
  empty200: answer(200, ''),
  array200: answer(200, []),
  deep200: answer(200, deep),
  proto200: answer(200, '{"__proto__":{"id":"polluted","status":"Succeeded","estimatedCredits":0}}'),
  huge200: answer(200, `{"x":"${'y'.repeat(2 ** 21)}"}`),
  packed200: changed(({ headers, body }) => ({
    headers: { ...headers, 'content-encoding': 'gzip' },
    body: gzipSync(body),
  })),
  headers200: changed(({ headers }) => ({ headers: { ...headers, ...manyHeaders } })),
  redirect301: redirected(301),
  redirect302: redirected(302),
  redirect307: redirected(307),
  redirect308: redirected(308),
  redirectHome: answer(308, '', { location: '/elsewhere' }),
  badRequest: answer(400, { error: 'request.invalid_parameter', detail: 'made up' }),
  unauthorised: answer(401, { error: 'api_key.invalid_or_ip_not_allowed', detail: null }),
  noCredits: answer(402, { error: 'entitlements.insufficient_credits', detail: 'needs 1, has 0' }),
  forbidden: answer(403, { error: 'account.disabled', detail: null }),
  forbiddenJob: answer(403, { error: 'jobs.forbidden', detail: null }),
  notFound: answer(404, { error: 'jobs.not_found', detail: null }),
  conflict: answer(409, { error: 'jobs.not_ready', detail: null }),
  gone: answer(410, { error: 'jobs.output_expired', detail: null }),
  tooLarge: answer(413),
  unprocessable: answer(422, { error: 'idempotency.key_reused', detail: null }),
  teapot: answer(418, { error: '\u001b[31mred\r\nX-Evil: 1', detail: 'x'.repeat(5000) }),
  silent: () => undefined,
  async slowQuestion({ req, res }) {
    req.pause()
    await new Promise((resolve) => res.once('close', resolve))
  },
  async slowAnswer({ body, res, req }) {
    await body()
    res.writeHead(200, { 'content-length': 100_000 })
    while (!req.socket.destroyed) {
      res.write('x')
      await sleep(20)
    }
  },
} as const satisfies Record<string, Fault>

export type FaultName = keyof typeof faults

/** What only some answers can be changed to. */
export const changes = {
  /** Ids that would lead elsewhere. */
  pathId: withJson((fields) => ({ ...fields, id: '../../admin' })),
  lineId: withJson((fields) => ({ ...fields, id: 'a\r\nx-evil: 1' })),
  numberId: withJson((fields) => ({ ...fields, id: 7 })),
  longId: withJson((fields) => ({ ...fields, id: 'a'.repeat(1000) })),
  slim: withJson(({ id }) => ({ id, status: 'Queued', creditCost: 1 })),
  unknownStatus: withJson((fields) => ({ ...fields, status: 'Paused' })),
  british: withJson((fields) => ({ ...fields, status: 'CANCELLED' })),
  running: withJson((fields) => ({ ...fields, status: 'Running', output: null })),
  failed: withJson((fields) => ({
    ...fields,
    status: 'Failed',
    error: { code: 'made.up', detail: null },
    output: null,
  })),
  invalidFile: withJson((fields) => ({
    ...fields,
    status: 'Failed',
    error: { code: 'job.invalid_file', detail: 'cut short' },
    output: null,
  })),
  canceled: withJson((fields) => ({ ...fields, status: 'Canceled', output: null })),
  noMetrics: withJson(({ id, status }) => ({ id, status })),
  otherBytes: withJson((fields) => ({ ...fields, metrics: { outputBytes: 3, creditCost: 1 } })),
  noGain: withJson((fields) => ({ ...fields, metrics: { outputBytes: 10 ** 9, creditCost: 1 } })),
  largerFile: changed(({ body }) => ({ body: Buffer.concat([body, Buffer.alloc(30_000)]) })),
  muchLargerFile: changed(({ body }) => ({ body: Buffer.concat([body, Buffer.alloc(300_000)]) })),
  halfFile: changed(({ body }) => ({ body: body.subarray(0, Math.floor(body.byteLength / 2)) })),
  flippedFile: changed(({ body }) => ({ body: flipped(body) })),
  otherType: changed(() => ({
    headers: { 'content-type': 'image/gif' },
    body: Buffer.from('GIF89a\x01\0\x01\0\0\0\0;', 'latin1'),
  })),
} as const satisfies Record<string, Fault>

export type ChangeName = keyof typeof changes

function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes)
  const middle = Math.floor(copy.byteLength / 2)
  for (let at = middle; at < middle + 16; at++) copy[at] = (copy[at] ?? 0) ^ 0xff
  return copy
}
