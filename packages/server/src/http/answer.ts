import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Exchange, Reply } from './exchange.js'

/** A body is read on and thrown away up to here, for a client that looks at the answer only after it sent all. */
const MOST_DISCARDED = 2 ** 20
const MOST_WAITED_MS = 2000

/** Sends a reply, also to a client that is still sending its body. */
export async function answer({ req, res }: Exchange, { status, headers = {}, body }: Reply): Promise<void> {
  if (res.destroyed) return
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value)
  if (body instanceof Readable) {
    res.writeHead(status)
    return pipeline(body, res)
  }
  const bytes = Buffer.from(body ?? '')
  // These have no body, and no length either.
  if (status !== 204 && status !== 304) res.setHeader('content-length', bytes.length)
  const unread = hasBody(req) && !req.complete
  if (unread) res.setHeader('connection', 'close')
  res.writeHead(status)
  const sent = req.method === 'HEAD' ? '' : bytes
  if (!unread) return void res.end(sent)
  if (sent.length > 0) res.write(sent)
  await discard(req, res)
  res.end()
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/** Closing a connection with unread bytes makes the system drop what was answered; so it is read for a while. */
async function discard(req: IncomingMessage, res: ServerResponse): Promise<void> {
  let discarded = 0
  req.unpipe()
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, MOST_WAITED_MS)
    const done = () => {
      clearTimeout(timer)
      resolve()
    }
    req.on('data', (chunk: Buffer) => {
      discarded += chunk.length
      // The client meets a full connection, looks up, and finds the answer.
      if (discarded > MOST_DISCARDED) req.pause()
    })
    req.once('end', done).once('error', done)
    res.once('close', done)
    req.resume()
  })
}
