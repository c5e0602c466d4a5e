import { type Document, documents } from '../documents/list.js'
import { type Content, hasTag, readContent } from '../documents/read.js'
import type { Reply, Route } from '../http/exchange.js'

/** The page, the skill, the reference and the script. Whoever may reach the server may read them. */
export function documentRoutes(): Route[] {
  return documents.flatMap(routesTo)
}

function routesTo({ paths, file, type }: Document): Route[] {
  let content: Promise<Content> | undefined
  return paths.map((path) => ({
    method: 'GET',
    path,
    open: true,
    async handle({ req }) {
      content ??= readContent(file)
      return replyWith(await content, type, req.headers['if-none-match'])
    },
  }))
}

function replyWith({ text, etag }: Content, type: string, known: string | undefined): Reply {
  // Kept by browsers, and asked about each time, so that a new version counts at once.
  const kept = { ...guards, etag, 'cache-control': 'no-cache' }
  if (hasTag(known, etag)) return { status: 304, headers: kept }
  return { status: 200, headers: { ...kept, 'content-type': type }, body: text }
}

/**
 * What the page may do: its own script and style, this server, pictures that it made itself. A key typed into it can go
 * nowhere else, no other site can frame it, and no text becomes markup.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src blob: data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

const guards = {
  'content-security-policy': policy,
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
}
