import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Limits } from '../options.js'
import type { Listener } from './listener.js'

/** A listener that has its port. */
export interface Listening {
  readonly url: string
  /** Takes no more connections, and resolves when all requests are answered or have had their time. */
  close(): Promise<void>
}

/** Headers are a few hundred bytes and come at once. */
const HEADERS_MS = 30_000
const MOST_HEADER_BYTES = 16 * 1024
/** Requests in hand get this long when the server stops, in milliseconds. */
const CLOSE_MS = 5000

/** @throws the system's error when the port cannot be had. */
export async function listen(
  listener: Listener,
  { host, port, limits }: { readonly host: string; readonly port: number; readonly limits: Limits },
): Promise<Listening> {
  const server = createServer({
    headersTimeout: HEADERS_MS,
    requestTimeout: limits.uploadMs,
    connectionsCheckingInterval: 5000,
    maxHeaderSize: MOST_HEADER_BYTES,
    keepAliveTimeout: 15_000,
  })
  server.timeout = limits.idleMs
  server.on('request', (req, res) => void listener(req, res, false))
  server.on('checkContinue', (req, res) => void listener(req, res, true))
  server.on('clientError', refuse)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  // A server of TCP has this kind of address.
  const address = server.address() as AddressInfo

  function close(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => server.closeAllConnections(), CLOSE_MS)
      server.close(() => {
        clearTimeout(timer)
        resolve()
      })
      server.closeIdleConnections()
    })
  }

  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return { url: `http://${name}:${address.port}`, close }
}

/** Answers bytes that are no request. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy()
  const late = error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
  const body = JSON.stringify({ error: late ? 'request.too_slow' : 'request.invalid_body', detail: null })
  const head = `HTTP/1.1 ${late ? '408 Request Timeout' : '400 Bad Request'}\r\nconnection: close\r\n`
  socket.end(`${head}content-type: application/json; charset=utf-8\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
}
