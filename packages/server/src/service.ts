import type { BlobStore } from './blobs/blobs.js'
import type { Dispatcher } from './jobs/dispatcher.js'
import type { FetchGuard } from './limits/fetch-guard.js'
import type { RateLimiter } from './limits/rate-limiter.js'
import type { Log } from './log.js'
import type { Metrics } from './metrics.js'
import type { ResolvedOptions } from './resolve-options.js'
import type { JobStore } from './store/store.js'

/** What routes work with. */
export interface Service {
  readonly options: ResolvedOptions
  readonly store: JobStore
  readonly blobs: BlobStore
  readonly dispatcher: Dispatcher
  readonly polls: RateLimiter
  readonly fetches: FetchGuard
  readonly metrics: Metrics
  readonly log: Log
  readonly now: () => number
}
