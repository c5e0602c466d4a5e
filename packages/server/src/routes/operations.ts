import { json, type Route } from '../http/exchange.js'
import { openApiDocument } from '../openapi/document.js'
import type { Service } from '../service.js'

/** What those who run the server ask it. Nothing here names an account, so no key is needed. */
export function operationRoutes({ store, metrics }: Service): Route[] {
  return [
    { method: 'GET', path: '/openapi.json', open: true, handle: async () => json(200, openApiDocument()) },
    {
      method: 'GET',
      path: '/healthz',
      open: true,
      async handle() {
        const { Queued: queued, Running: running } = await store.counts()
        return json(200, { status: 'ok', queued, running })
      },
    },
    {
      method: 'GET',
      path: '/metrics',
      open: true,
      async handle() {
        return { status: 200, headers: { 'content-type': metrics.contentType }, body: await metrics.text() }
      },
    },
  ]
}
