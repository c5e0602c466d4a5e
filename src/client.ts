/// <reference path="../client.d.ts" preserve="true" />
// The reference keeps `"types": ["unplugin-compress-fast/client"]` meaning what imports with `?compress=` are.

import { createServiceClient, type ServiceClient } from './api/client.js'
import { OptionError } from './errors.js'
import type { ApiSettings } from './options.js'
import { resolveApi } from './resolve-api.js'

/** Where the service is, and who asks. */
export type ClientOptions = Pick<ApiSettings, 'key' | 'url'>

/**
 * Single requests to the Compress.FAST service or a server with the same API, each sent once and to nowhere else.
 *
 * ```ts
 * import { createClient } from 'unplugin-compress-fast/client'
 *
 * const client = createClient() // TOOLS_FAST_API_KEY, COMPRESS_FAST_URL
 * const { id } = await client.submit(bytes, { fileName: 'photo.jpg' })
 * ```
 *
 * @throws {OptionError} without a key, or when the address is not safe to send it to.
 */
export function createClient(options: ClientOptions = {}, env: NodeJS.ProcessEnv = process.env): ServiceClient {
  const { key, url } = resolveApi(options, undefined, env)
  if (key === null) throw new OptionError('There is no API key. Set TOOLS_FAST_API_KEY or `key`.')
  return createServiceClient({ key, url: new URL(url) })
}

export type {
  DownloadRequest,
  ServiceClient,
  SubmitRequest,
  SubmitUrlRequest,
  Webhook,
} from './api/client.js'
export { RequestFailedError } from './api/failure.js'
export type { Upload } from './api/multipart.js'
export { type Plan, planUploads } from './api/plan.js'
export type {
  Costing,
  Entitlements,
  Estimate,
  JobError,
  JobOutput,
  JobState,
  JobStatus,
  Submitted,
} from './api/protocol.js'
export type { Endpoint, Failure } from './api/retry.js'
