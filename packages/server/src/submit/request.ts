import { ApiError } from '../errors.js'
import type { Webhook } from '../jobs/job.js'
import type { Network } from '../resolve-options.js'
import { parseJson } from './json.js'
import { parseWebhook } from './webhook.js'

/** What was asked for, besides the bytes. */
export interface SubmitRequest {
  /** As sent; the format's schema decides later. */
  readonly options: unknown
  readonly inputUrl: string | undefined
  readonly sourceFormat: string | undefined
  readonly webhook: Webhook | null
}

/** Reads the fields of a form, or the members of a JSON body. */
export function parseSubmit(
  fields: ReadonlyMap<string, unknown>,
  network: Pick<Network, 'allowHttp' | 'ports'>,
): SubmitRequest {
  if (fields.has('outputUrl')) {
    throw new ApiError('url_fetch.output_url_reserved', 'Results are downloaded; `outputUrl` is not for use.')
  }
  const read = (name: string) => text(fields, name)
  return {
    options: optionsOf(fields.get('options')),
    inputUrl: read('inputUrl'),
    sourceFormat: read('sourceFormat'),
    webhook: parseWebhook(read('webhookUrl'), read('webhookSecret'), read('webhookEvents'), network),
  }
}

/** Options come as JSON text, and in a JSON body also as what they are. */
function optionsOf(value: unknown): unknown {
  if (value === undefined || value === null || value === '') return {}
  return typeof value === 'string' ? parseJson(value, 'options') : value
}

function text(fields: ReadonlyMap<string, unknown>, name: string): string | undefined {
  const value = fields.get(name)
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'string') return value
  throw new ApiError('request.invalid_parameter', `\`${name}\` must be text.`)
}
