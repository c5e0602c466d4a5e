import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { Address } from 'unplugin-compress-fast/cli'
import type { Grants } from './grants.js'
import type { EntryStore, Stored } from './store.js'

const statuses: Readonly<Record<Stored, number>> = {
  stored: 201,
  exists: 412,
  'too-large': 413,
  refused: 422,
  full: 507,
}

/** Answers requests for entries: `GET`, `HEAD` and `PUT` of `/namespace/key`. Says nothing but statuses. */
export function createEntryListener(
  store: EntryStore,
  grants: Grants,
): (req: IncomingMessage, res: ServerResponse) => void {
  return (req, res) => {
    answer(req, res).catch(() => {
      // The client is gone, or the disk is: 500 where it still can be said.
      if (res.headersSent) return void res.destroy()
      // What was not read to its end leaves a connection of no use.
      if (!req.complete) res.setHeader('connection', 'close')
      end(res, 500)
    })
  }

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const address = parseAddress(req.url ?? '')
    const { method } = req
    if (!address) return refuse(req, res, 404)
    if (method !== 'GET' && method !== 'HEAD' && method !== 'PUT') return refuse(req, res, 405)
    const allowed = grants.allow(tokenOf(req), method === 'PUT' ? 'write' : 'read', address.namespace)
    if (allowed !== true) return refuse(req, res, allowed === 'unknown' ? 401 : 403)
    if (method === 'PUT') {
      // The body is read in any case: an answer before its end may get lost on its way.
      return end(res, statuses[await store.write(address, req, req.headers['if-none-match'] !== '*')])
    }
    const entry = await store.read(address)
    if (!entry) return end(res, 404)
    res.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': entry.size })
    if (method === 'HEAD') {
      await entry.file.close()
      res.end()
    } else {
      // To the size that was told, whatever becomes of the file. It closes with the stream.
      const end = Math.max(0, entry.size - 1)
      await pipeline(entry.file.createReadStream({ start: 0, end }), res)
    }
  }
}

/** What a path names. Nothing but plain names passes, so that none leads out of the folder. */
function parseAddress(path: string): Address | undefined {
  const [, namespace, key] = /^\/([a-z0-9][a-z0-9._-]{0,63})\/([0-9a-f]{64})$/.exec(path) ?? []
  return namespace === undefined || key === undefined ? undefined : { namespace, key }
}

function tokenOf({ headers }: IncomingMessage): string | undefined {
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1]
}

/** Answers without a look at the body, after which the connection is of no use. */
function refuse(req: IncomingMessage, res: ServerResponse, status: number): void {
  if (req.method === 'PUT') res.setHeader('connection', 'close')
  if (status === 401) res.setHeader('www-authenticate', 'Bearer')
  req.resume()
  end(res, status)
}

function end(res: ServerResponse, status: number): void {
  res.writeHead(status, { 'content-length': 0 }).end()
}
