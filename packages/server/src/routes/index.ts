import type { Route } from '../http/exchange.js'
import type { Service } from '../service.js'
import { discoveryRoutes } from './discovery.js'
import { documentRoutes } from './documents.js'
import { entitlementRoutes } from './entitlements.js'
import { jobRoutes } from './jobs.js'
import { operationRoutes } from './operations.js'
import { submitRoutes } from './submit.js'

/** Everything that the server answers. */
export function routesOf(service: Service): Route[] {
  return [
    ...submitRoutes(service),
    ...jobRoutes(service),
    ...discoveryRoutes(service),
    ...entitlementRoutes(service),
    ...operationRoutes(service),
    ...documentRoutes(),
  ]
}
