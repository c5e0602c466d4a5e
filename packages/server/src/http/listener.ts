import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { ApiError } from '../errors.js'
import type { Log } from '../log.js'
import type { Metrics } from '../metrics.js'
import { answer } from './answer.js'
import type { Authenticate } from './authenticate.js'
import { type Caller, json, type Reply, type Route } from './exchange.js'
import { createRouter } from './router.js'
import { API_VERSION, resolveVersion } from './version.js'

export interface ListenerTools {
  readonly authenticate: Authenticate
  readonly log: Log
  readonly metrics: Metrics
}

/** Answers a request. `expects` tells that the client waits for leave to send its body. */
export type Listener = (req: IncomingMessage, res: ServerResponse, expects: boolean) => Promise<void>

/** Puts routes behind one listener: version, route, key, answer, log. */
export function createListener(routes: readonly Route[], { authenticate, log, metrics }: ListenerTools): Listener {
  const find = createRouter(routes)

  return async (req, res, expects) => {
    const began = performance.now()
    const requestId = randomUUID()
    let about: { route: string; account?: string } = { route: 'none' }

    async function respond(): Promise<Reply> {
      // What stands before the path is the client's word and names no one here.
      const url = new URL(req.url ?? '/', 'http://server.invalid')
      const { path } = resolveVersion(url, headerOf(req, 'x-fast-endpoint-version'))
      const { route, params } = find(req.method ?? '', path)
      about = { route: `${route.method} ${route.path}` }
      const caller = route.open ? undefined : await authenticate(req)
      if (caller) about = { ...about, account: caller.accountId }
      const wantBody = () => void (expects && res.writeContinue())
      const call = { req, url, params, requestId, signal: signalOf(res), wantBody }
      return route.open ? route.handle(call) : route.handle(call, caller as Caller)
    }

    res.setHeader('x-request-id', requestId)
    res.setHeader('x-fast-endpoint-version', String(API_VERSION))
    // For clients to know, before a submit whose answer is lost, that repeating it costs nothing.
    res.setHeader('x-fast-features', 'idempotency-key')
    res.setHeader('x-content-type-options', 'nosniff')
    res.setHeader('cache-control', 'no-store')
    const reply = await respond().catch((error: unknown) => toReply(error, requestId, log))
    await answer({ req, res }, reply).catch((error: unknown) => {
      res.destroy()
      log('request.cut', { request: requestId, detail: String(error) })
    })
    metrics.answered(about.route, reply.status)
    const ms = Math.round(performance.now() - began)
    log('request', { request: requestId, ...about, status: reply.status, ms })
  }
}

/** The answer to what went wrong. What was not meant for clients goes to the log alone. */
function toReply(error: unknown, requestId: string, log: Log): Reply {
  if (error instanceof ApiError) {
    const { code, status, detail, headers, fields } = error
    return json(status, { error: code, detail, ...fields }, headers)
  }
  if (isDiskFull(error)) {
    log('server.storage_full', { request: requestId })
    return toReply(
      new ApiError('server.storage_full', 'The server has no room left.', { retryAfter: 60 }),
      requestId,
      log,
    )
  }
  log('server.error', { request: requestId, detail: error instanceof Error ? error.stack : String(error) })
  return json(500, { error: 'server.error', detail: `Something went wrong here; the log knows more of ${requestId}.` })
}

function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  return error.code === 'ENOSPC' || error.code === 'EDQUOT' || error.code === 'SQLITE_FULL'
}

function signalOf(res: ServerResponse): AbortSignal {
  const controller = new AbortController()
  res.once('close', () => controller.abort())
  return controller.signal
}

/** A header's value, when it was sent once. */
export function headerOf(req: IncomingMessage, name: string): string | undefined {
  const value = req.headers[name]
  return typeof value === 'string' ? value : undefined
}
