import { ApiError } from '../errors.js'

/** The only version there is, of every endpoint. */
export const API_VERSION = 1

/** A path without its version. */
export interface Versioned {
  readonly path: string
  readonly version: number
}

/**
 * Takes the version out of a path such as `/compress/v1/job/…`, else of the query or the header, in that order.
 * @throws {ApiError} when there is no such version.
 */
export function resolveVersion(url: URL, header: string | undefined): Versioned {
  const match = /^(\/compress)\/v(\d{1,9})(\/.*)?$/.exec(url.pathname)
  const path = match ? `${match[1]}${match[3] ?? ''}` : url.pathname
  const asked = match?.[2] ?? url.searchParams.get('version') ?? header ?? String(API_VERSION)
  if (asked !== String(API_VERSION)) {
    throw new ApiError('request.unsupported_version', `There is version ${API_VERSION} of this endpoint, and no other.`)
  }
  return { path, version: API_VERSION }
}
