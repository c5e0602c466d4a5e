import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expectNoKey } from './canary.js'

/** What a request asks for. */
export type Route = 'submit' | 'status' | 'download' | 'cancel' | 'delete' | 'estimate' | 'other'

/** A request on its way through the proxy. */
export interface Passing {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly route: Route
  /** Where redirects lead. */
  readonly elsewhere: string
  /** The request's body, to its end. */
  body(): Promise<Buffer>
  /** What the server answers; it acts on the request by this, at the first call. */
  upstream(): Promise<Answer>
  /** Sends an answer, by default the server's. */
  reply(answer?: Partial<Answer>): Promise<void>
  /** Cuts the connection with a TCP reset. */
  reset(): void
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<IncomingHttpHeaders>
  readonly body: Buffer
}

/** Does something else with a request than passing it on. */
export type Fault = (passing: Passing) => Promise<void> | void

export interface Plan {
  /** Chooses the fault for a request; `undefined` passes it on. `count` says how many of its route came before. */
  fault(route: Route, count: number): Fault | undefined
  /** Whether the server's word that it knows idempotency keys is passed on. By default it is. */
  readonly knowsRepeats?: boolean
  /** Where redirects lead. By default to a path of this very address. */
  readonly elsewhere?: string
}

export interface FaultProxy {
  readonly url: string
  /** Requests so far, by route. */
  readonly counts: Readonly<Record<Route, number>>
  /** Everything that was sent to it, but for bodies. */
  readonly seen: readonly { readonly route: Route; readonly headers: IncomingHttpHeaders; readonly at: number }[]
  /** Ends it, and fails when a key came in anything but its own header. */
  close(): Promise<void>
}

/** An HTTP proxy in front of a real server, which answers as it likes where its plan says so. */
export async function startFaultProxy(target: string, plan: Plan): Promise<FaultProxy> {
  const counts: Record<Route, number> = {
    submit: 0,
    status: 0,
    download: 0,
    cancel: 0,
    delete: 0,
    estimate: 0,
    other: 0,
  }
  const seen: { route: Route; headers: IncomingHttpHeaders; at: number }[] = []
  const beside: string[] = []
  const server = createServer({ keepAlive: true, requestTimeout: 0 }, (req, res) => {
    const route = routeOf(req)
    seen.push({ route, headers: req.headers, at: performance.now() })
    const fault = plan.fault(route, counts[route]++) ?? ((passing) => passing.reply())
    beside.push(besideKey(req))
    const pass = (body: Buffer) => {
      beside.push(body.toString('latin1'))
      return forward(req, body, target, plan)
    }
    const passing = passingOf({ req, res, route, elsewhere: plan.elsewhere ?? '/elsewhere' }, pass)
    Promise.resolve(fault(passing)).catch(() => res.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    counts,
    seen,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
      expectNoKey('a request, other than in its header', beside)
    },
  }
}

/** What of a request's head is not meant to have a key. */
function besideKey({ url, headers: { 'x-fast-api-key': _, ...headers } }: IncomingMessage): string {
  return JSON.stringify([url, headers])
}

function routeOf({ method, url = '' }: IncomingMessage): Route {
  const [path = ''] = url.split('?')
  if (method === 'POST' && path === '/compress') return 'submit'
  if (path.startsWith('/compress/estimate')) return 'estimate'
  if (!path.startsWith('/compress/job/')) return 'other'
  if (method === 'DELETE') return 'delete'
  if (path.endsWith('/download')) return 'download'
  return path.endsWith('/cancel') ? 'cancel' : 'status'
}

function passingOf(
  asked: Pick<Passing, 'req' | 'res' | 'route' | 'elsewhere'>,
  pass: (body: Buffer) => Promise<Answer>,
): Passing {
  const { req, res } = asked
  let read: Promise<Buffer> | undefined
  let answered: Promise<Answer> | undefined
  const body = () => {
    read ??= collect(req)
    return read
  }
  const upstream = () => {
    answered ??= body().then(pass)
    return answered
  }
  return {
    ...asked,
    body,
    upstream,
    async reply(given) {
      const {
        status,
        headers,
        body: bytes,
      } = given?.status ? { headers: {}, body: Buffer.alloc(0), ...given } : { ...(await upstream()), ...given }
      res.writeHead(status ?? 200, { ...headers, 'content-length': bytes.byteLength })
      res.end(bytes)
    },
    reset: () => void req.socket.resetAndDestroy(),
  }
}

async function collect(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function forward(
  req: IncomingMessage,
  body: Buffer,
  target: string,
  { knowsRepeats = true }: Plan,
): Promise<Answer> {
  const { 'transfer-encoding': _, connection: __, ...headers } = req.headers
  const passed = request(`${target}${req.url}`, {
    method: req.method,
    headers: { ...headers, host: new URL(target).host, 'content-length': body.byteLength },
  })
  passed.end(body)
  const [answer] = (await once(passed, 'response')) as [IncomingMessage]
  const { connection: ___, 'keep-alive': ____, 'transfer-encoding': _____, ...kept } = answer.headers
  if (!knowsRepeats) delete kept['x-fast-features']
  return { status: answer.statusCode ?? 0, headers: kept, body: await collect(answer) }
}
