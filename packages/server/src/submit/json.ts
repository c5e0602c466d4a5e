import type { IncomingMessage } from 'node:http'
import { ApiError } from '../errors.js'

/** Far more than an address, options and a webhook need. */
const MOST_BYTES = 64 * 1024

/** @throws {ApiError} naming what is not JSON. */
export function parseJson(source: string, what: string): unknown {
  try {
    return JSON.parse(source)
  } catch {
    throw new ApiError('request.invalid_parameter', `\`${what}\` is not JSON.`)
  }
}

/** The members of a JSON object that is a request's body. */
export async function readJson(req: IncomingMessage): Promise<Map<string, unknown>> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of req.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length
    if (bytes > MOST_BYTES) throw new ApiError('request.invalid_body', `A JSON body has at most ${MOST_BYTES} bytes.`)
    chunks.push(chunk)
  }
  const value = parseJson(Buffer.concat(chunks).toString('utf8'), 'body')
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ApiError('request.invalid_body', 'A JSON body must be an object.')
  }
  return new Map(Object.entries(value))
}
