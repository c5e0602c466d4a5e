import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { extname, join, normalize } from 'node:path'

/** A folder on a port of this machine. */
export interface StaticServer extends AsyncDisposable {
  /** Without a slash at the end. */
  readonly origin: string
}

/** Serves the files of a folder, for a browser on the same machine: what is not there is a 404, and nothing may be kept. */
export async function serveFolder(folder: string): Promise<StaticServer> {
  const server = createServer(async (request, response) => {
    const path = filePath(request.url ?? '/')
    const bytes = await readFile(join(folder, path)).catch(() => undefined)
    const type = bytes ? (types[extname(path)] ?? 'application/octet-stream') : 'text/plain'
    response.writeHead(bytes ? 200 : 404, { 'content-type': type, 'cache-control': 'no-store' })
    response.end(bytes)
  })
  const port = await listen(server)
  return { origin: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: () => close(server) }
}

/** The file that a request means. A path cannot leave the folder: `normalize` drops every `..` that climbs above the root. */
function filePath(url: string): string {
  const path = normalize(decodeURIComponent(new URL(url, 'http://localhost').pathname))
  return path.endsWith('/') || path.endsWith('\\') ? `${path}index.html` : path
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : 0)
    })
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
