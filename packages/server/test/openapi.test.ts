import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { resolveOptions } from '../dist/resolve-options.js'
import { routesOf } from '../dist/routes/index.js'
import type { Service } from '../dist/service.js'
import { call, finish, submit } from './client.js'
import { fixture, newFolder, newKey, removeFolder, type ServerProcess, startServer } from './harness.js'

let folder: string
let server: ServerProcess
let key: string
// biome-ignore lint/suspicious/noExplicitAny: a document of whatever form the server gives it.
let document: any

beforeAll(async () => {
  folder = await newFolder()
  key = (await newKey(folder)).key
  server = await startServer(folder)
  document = (await call(server.url, undefined, '/openapi.json')).json
})
afterAll(async () => {
  expect(await server.stop()).toBe(0)
  await removeFolder(folder)
})

test('the document names what the server answers, and nothing else', () => {
  const methods = new Set(['get', 'post', 'delete', 'put', 'patch'])
  const named = Object.entries<object>(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).flatMap((method) => (methods.has(method) ? [`${method.toUpperCase()} ${path}`] : [])),
  )
  // Routes take from a service what they need when they are asked.
  const routes = routesOf({ options: resolveOptions() } as Service)
  const answered = routes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`)
  expect(named.toSorted()).toEqual(answered.toSorted())
})

test('what the server answers is of the form that the document says', async () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema(document, 'document')
  function expectForm(name: string, value: unknown): void {
    const validate = ajv.compile({ $ref: `document#/components/schemas/${name}` })
    validate(value)
    expect([name, validate.errors]).toEqual([name, null])
  }
  const read = async (path: string) => (await call(server.url, key, path)).json
  const submitted = await submit(server.url, key, await fixture('icon.png'), { name: 'a.png' })
  expectForm('Job', submitted.json)
  expectForm('Job', await finish(server.url, key, submitted.json.id))
  const failed = await submit(server.url, key, await fixture('broken.png'), { name: 'a.png' })
  expectForm('Job', await finish(server.url, key, failed.json.id))
  expectForm('Compressors', await read('/compress/compressors'))
  expectForm('Estimate', await read('/compress/estimate/jpg'))
  expectForm('Estimate', await read('/compress/estimate/office?fileSizeBytes=125829120'))
  expectForm('Entitlements', await read('/compress/entitlements/me'))
  expectForm('Health', await read('/healthz'))
  expectForm('Error', await read('/compress/job/none'))
  expect(ajv.validate({ $ref: 'document#/components/schemas/Job' }, { id: 'a' })).toBe(false)
})

test('estimates, schemas and lists say what a submit does', async () => {
  const read = async (path: string) => (await call(server.url, key, path)).json
  const credits = async (query: string) => (await read(`/compress/estimate/jpg${query}`)).estimatedCredits
  expect(await credits('')).toBe(1)
  expect(await credits('?fileSizeBytes=5242880')).toBe(1)
  expect(await credits('?fileSizeBytes=5242881')).toBe(2)
  expect(await credits('?fileSizeMb=12.5')).toBe(3)
  expect(await credits('?fileSizeMb=12.5&fileSizeBytes=1')).toBe(1)
  expect((await read('/compress/estimate/mp3')).error).toBe('request.invalid_parameter')
  expect((await read('/compress/estimate/jpg?fileSizeMb=x')).error).toBe('request.invalid_parameter')
  const { compressors } = await read('/compress/compressors')
  for (const { name, extensions, job, limits } of compressors) {
    const answer = await call(server.url, key, `/compress/schema/${name}`)
    expect(answer.headers.get('content-type')).toMatch(/^application\/schema\+json/)
    expect(answer.json.$comment).toContain(job)
    expect(extensions.length).toBeGreaterThan(0)
    expect(limits.maxFileSizeBytes).toBe(2 ** 30)
  }
  expect(Object.keys((await read('/compress/schema/png')).properties)).toEqual([
    '_schemaVersion',
    'resize',
    'smartCompression',
  ])
  expect(Object.keys((await read('/compress/schema/pdf')).properties)).toEqual(['_schemaVersion'])
})

test('metrics count what happened and name nobody', async () => {
  const { bytes, headers } = await call(server.url, undefined, '/metrics')
  const text = bytes.toString()
  expect(headers.get('content-type')).toMatch(/^text\/plain; version=/)
  expect(text).toMatch(/^compress_fast_jobs_total\{status="Succeeded"\} 1$/m)
  expect(text).toMatch(/^compress_fast_jobs\{status="Failed"\} 1$/m)
  expect(text).toMatch(/^compress_fast_requests_total\{route="POST \/compress",status="202"\} 2$/m)
})
