import { compressors } from '../compress/formats.js'
import { documents } from '../documents/list.js'
import { type ErrorCode, statuses } from '../errors.js'
import { API_VERSION } from '../http/version.js'
import { optionsSchema } from '../jobs/options-schema.js'
import { schemas } from './schemas.js'

type Json = Readonly<Record<string, unknown>>

/** What the server answers, in the form that tools read (OpenAPI 3.1). */
export function openApiDocument(): Json {
  return {
    openapi: '3.1.0',
    info: { title: 'Compress.FAST, self-hosted', version: String(API_VERSION) },
    security: [{ key: [] }],
    paths: Object.fromEntries([
      ...['/compress', ...compressors.map(({ name }) => `/compress/${name}`)].map((path) => [path, submitAt(path)]),
      ...Object.entries(paths),
      ...documents.flatMap(({ paths, type, summary }) => paths.map((path) => [path, served(type, summary)])),
    ]),
    components: {
      securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Fast-Api-Key' } },
      schemas: { ...schemas, Options: { anyOf: compressors.map(optionsSchema) } },
    },
  }
}

const keyErrors: readonly ErrorCode[] = ['api_key.invalid_or_ip_not_allowed']
const jobErrors: readonly ErrorCode[] = [...keyErrors, 'jobs.forbidden', 'jobs.not_found']
const submitErrors = Object.keys(statuses).filter((code): code is ErrorCode =>
  /^(request\.(?!not_found|method)|url_fetch|webhook|api_key|entitlements|idempotency|queue|server)/.test(code),
)

const webhook = {
  webhookUrl: { type: 'string', format: 'uri', maxLength: 2048 },
  webhookSecret: { type: 'string', minLength: 16, maxLength: 256 },
  webhookEvents: { type: 'string', description: 'succeeded, failed or both with a comma between' },
}
const byAddress = { inputUrl: { type: 'string', format: 'uri' }, sourceFormat: { type: 'string' } }

function submitAt(path: string): Json {
  const file = { type: 'string', format: 'binary' }
  const form = { type: 'object', properties: { file, options: { type: 'string' }, ...byAddress, ...webhook } }
  const options = { $ref: '#/components/schemas/Options' }
  const body = { type: 'object', required: ['inputUrl'], properties: { options, ...byAddress, ...webhook } }
  const post = {
    summary: 'Hands in a file',
    parameters: [{ in: 'header', name: 'Idempotency-Key', schema: { type: 'string', maxLength: 255 } }],
    requestBody: {
      required: true,
      content: { 'multipart/form-data': { schema: form }, 'application/json': { schema: body } },
    },
    responses: { 202: answer('The job is queued', 'Job'), ...errors(submitErrors) },
  }
  return path === '/compress' ? { post, get: read('Lists compressors', 'Compressors') } : { post }
}

const format = { in: 'path', name: 'format', required: true, schema: { type: 'string' } }
const id = { in: 'path', name: 'id', required: true, schema: { type: 'string' } }
const size = (name: string) => ({ in: 'query', name, schema: { type: 'number', minimum: 0 } })
const schemaContent = { 'application/schema+json': { schema: { type: 'object' } } }
const schemaRead = {
  summary: 'The JSON Schema of `options`',
  responses: { 200: { description: 'Draft 2020-12', content: schemaContent }, ...errors(keyErrors) },
}

const paths: Readonly<Record<string, Json>> = {
  '/compress/job/{id}': {
    parameters: [id],
    get: {
      summary: 'Tells how a job is going',
      responses: { 200: answer('The job', 'Job'), ...errors([...jobErrors, 'rate_limited']) },
    },
    delete: {
      summary: 'Removes a job that is over, and its files',
      responses: { 204: { description: 'It is gone' }, ...errors([...jobErrors, 'jobs.not_deletable']) },
    },
  },
  '/compress/job/{id}/download': {
    parameters: [id],
    get: {
      summary: 'The result',
      responses: {
        200: { description: 'The bytes', content: { '*/*': {} } },
        ...errors([...jobErrors, 'jobs.not_ready', 'jobs.no_output', 'jobs.output_expired']),
      },
    },
  },
  '/compress/job/{id}/cancel': {
    parameters: [id],
    post: {
      summary: 'Ends a job that is not over',
      responses: { 202: { description: 'It is canceled' }, ...errors([...jobErrors, 'jobs.not_cancellable']) },
    },
  },
  '/compress/compressors': { get: read('Lists compressors', 'Compressors') },
  '/compress/schema': { get: schemaRead },
  '/compress/schema/{format}': { parameters: [format], get: schemaRead },
  '/compress/estimate/{format}': {
    parameters: [format, size('fileSizeBytes'), size('fileSizeMb')],
    get: read('What a file would cost', 'Estimate'),
  },
  '/compress/entitlements/me': { get: read('Plan and credits', 'Entitlements') },
  '/healthz': { get: { ...read('Whether the server works', 'Health', []), security: [] } },
  '/metrics': {
    get: {
      summary: 'Numbers for Prometheus',
      security: [],
      responses: { 200: { description: 'Text', content: { 'text/plain': {} } } },
    },
  },
  '/openapi.json': {
    get: {
      summary: 'This document',
      security: [],
      responses: { 200: { description: 'OpenAPI 3.1', content: { 'application/json': {} } } },
    },
  },
}

function served(type: string, summary: string): Json {
  const content = { [type.split(';', 1)[0] ?? type]: {} }
  return { get: { summary, security: [], responses: { 200: { description: 'As it is in the package', content } } } }
}

function read(summary: string, schema: string, codes: readonly ErrorCode[] = keyErrors): Json {
  return { summary, responses: { 200: answer(summary, schema), ...errors(codes) } }
}

function answer(description: string, schema: string): Json {
  return { description, content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } } }
}

/** One entry for each status, naming the codes that come with it. */
function errors(codes: readonly ErrorCode[]): Json {
  const status = [...new Set(codes.map((code) => statuses[code]))]
  const named = (wanted: number) => codes.filter((code) => statuses[code] === wanted).join(', ')
  return Object.fromEntries(status.map((wanted) => [wanted, answer(named(wanted), 'Error')]))
}
