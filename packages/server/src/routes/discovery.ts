import {
  acceptedExtensions,
  type Compressor,
  compressorNamed,
  compressors,
  extensionsFor,
} from '../compress/formats.js'
import { ApiError } from '../errors.js'
import { json, type Reply, type Route } from '../http/exchange.js'
import { BYTES_PER_CREDIT, creditsFor } from '../jobs/credits.js'
import { optionsSchema } from '../jobs/options-schema.js'
import type { Service } from '../service.js'

const MEGABYTE = 2 ** 20

/** What there is, what it takes and what it costs. */
export function discoveryRoutes(service: Service): Route[] {
  const limits = { maxFileSizeBytes: service.options.limits.fileBytes }
  const list = async () => json(200, { compressors: compressors.map((compressor) => describe(compressor, limits)) })
  return [
    { method: 'GET', path: '/compress/compressors', handle: list },
    { method: 'GET', path: '/compress', handle: list },
    { method: 'GET', path: '/compress/schema', handle: async () => schemaReply(allSchemas()) },
    {
      method: 'GET',
      path: '/compress/schema/:format',
      handle: async ({ params }) => schemaReply(optionsSchema(named(params['format']))),
    },
    {
      method: 'GET',
      path: '/compress/estimate/:format',
      async handle({ params, url }) {
        const fileSizeBytes = sizeIn(url.searchParams)
        const { job, category } = named(params['format'])
        const inputs = { fileSizeBytes, fileSizeMb: fileSizeBytes === null ? null : fileSizeBytes / MEGABYTE }
        return json(200, { job, category, estimatedCredits: creditsFor(fileSizeBytes ?? 0), costing, inputs, limits })
      },
    },
  ]
}

const increment = BYTES_PER_CREDIT / MEGABYTE

const costing = {
  strategy: 'PerMegabyte',
  baseCost: 1,
  increment,
  incrementUnit: 'mb',
  displaySuffix: `per ${increment} MB`,
}

function describe(compressor: Compressor, limits: { readonly maxFileSizeBytes: number }): Record<string, unknown> {
  const { name, job, category, formats } = compressor
  const extensions = extensionsFor(compressor)
  return {
    name,
    job,
    category,
    endpoint: `/compress/${name}`,
    extensions,
    costing,
    limits,
    options: Object.keys(optionsSchema(compressor)['properties'] ?? {}).filter((option) => !option.startsWith('_')),
    // What goes in comes out: nothing is converted.
    formatGraph: Object.fromEntries(formats.map((format) => [format, [format]])),
  }
}

function allSchemas(): Record<string, unknown> {
  const $defs = Object.fromEntries(compressors.map((compressor) => [compressor.name, optionsSchema(compressor)]))
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $comment: 'Options by compressor.',
    type: 'object',
    anyOf: compressors.map(({ name }) => ({ $ref: `#/$defs/${name}` })),
    $defs,
  }
}

function schemaReply(schema: unknown): Reply {
  return json(200, schema, { 'content-type': 'application/schema+json; charset=utf-8' })
}

/** @throws {ApiError} when an address names no compressor. */
function named(format: string | undefined): Compressor {
  const compressor = compressorNamed((format ?? '').toLowerCase())
  if (compressor) return compressor
  const known = acceptedExtensions.join(', ')
  throw new ApiError('request.invalid_parameter', `There is no format ${JSON.stringify(format)}. Known are ${known}.`)
}

/** The size that is asked about, in bytes; bytes count more than megabytes. */
function sizeIn(query: URLSearchParams): number | null {
  const bytes = numberIn(query, 'fileSizeBytes')
  const megabytes = numberIn(query, 'fileSizeMb')
  if (bytes !== null) return bytes
  return megabytes === null ? null : Math.round(megabytes * MEGABYTE)
}

function numberIn(query: URLSearchParams, name: string): number | null {
  const text = query.get(name)
  if (text === null || text === '') return null
  const value = Number(text)
  if (Number.isFinite(value) && value >= 0) return value
  throw new ApiError('request.invalid_parameter', `\`${name}\` must be a number from 0 up.`)
}
