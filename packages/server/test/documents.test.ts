import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { documents } from '../dist/documents/list.js'
import { call } from './client.js'
import { newFolder, removeFolder, type ServerProcess, startServer } from './harness.js'

let folder: string
let server: ServerProcess

beforeAll(async () => {
  folder = await newFolder()
  server = await startServer(folder)
})
afterAll(async () => {
  expect(await server.stop()).toBe(0)
  await removeFolder(folder)
})

const served = documents.flatMap(({ paths, file, type }) => paths.map((path) => [path, file, type] as const))

test.each(served)('%s is a file of the package, and sent once', async (path, file, type) => {
  const { status, headers, bytes } = await call(server.url, undefined, path)
  expect([status, headers.get('content-type')]).toEqual([200, type])
  expect(bytes.equals(await readFile(resolve(import.meta.dirname, '..', file)))).toBe(true)
  expect(headers.get('cache-control')).toBe('no-cache')
  expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/)
  const etag = headers.get('etag') ?? ''
  const again = await call(server.url, undefined, path, { headers: { 'if-none-match': etag } })
  expect([again.status, again.bytes.length, again.headers.get('etag')]).toEqual([304, 0, etag])
  const other = await call(server.url, undefined, path, { headers: { 'if-none-match': '"other"' } })
  expect(other.status).toBe(200)
})

test('each file that is served is in the package', async () => {
  const { files } = JSON.parse(await readFile(resolve(import.meta.dirname, '../package.json'), 'utf8'))
  const packed = documents.filter(
    ({ file }) => files.includes(file) || (file.startsWith('dist/') && file.endsWith('.js')),
  )
  expect(packed).toEqual(documents)
})
