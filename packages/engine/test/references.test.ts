import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { createEngine, type Reason } from '@compress-fast/engine'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pdf, plain } from './pdf-files.js'

// Nothing that a file names is opened or fetched. The file is a pipe nobody writes to: who opens it waits for ever,
// and its process is killed at the deadline. The host is a server here that counts who comes.

const engine = createEngine({ concurrency: 2, deadlineMs: 20_000 })
const visits: string[] = []
let server: Server
let folder = ''
let file = ''
let host = ''

beforeAll(async () => {
  server = createServer(({ url = '' }, response) => {
    visits.push(url)
    response.end('<svg xmlns="http://www.w3.org/2000/svg"/>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  host = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/canary`
  folder = await mkdtemp(join(tmpdir(), 'compress-fast-canary-'))
  const path = join(folder, 'canary.svg')
  file = pathToFileURL(path).href
  await promisify(execFile)('mkfifo', [path])
})
afterAll(async () => {
  await engine.close()
  await new Promise((resolve) => server.close(resolve))
  await rm(folder, { recursive: true, force: true })
})

const svg = (content: string, before = ''): Buffer =>
  Buffer.from(
    `${before}<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:xi="http://www.w3.org/2001/XInclude" width="90" height="90"><!-- by hand -->${content}</svg>`,
  )
const encoded = (inner: Buffer): string => `data:image/svg+xml;base64,${inner.toString('base64')}`

const cases: readonly (readonly [string, (target: string) => Uint8Array, Reason | null])[] = [
  [
    'an entity',
    (target) => svg('<text>&e;</text>', `<!DOCTYPE svg [<!ENTITY e SYSTEM "${target}">]>`),
    'active-content',
  ],
  [
    'a parameter entity',
    (target) => svg('', `<!DOCTYPE svg [<!ENTITY % e SYSTEM "${target}"> %e;]>`),
    'active-content',
  ],
  ['a document type', (target) => svg('<rect width="9" height="9"/>', `<!DOCTYPE svg SYSTEM "${target}">`), null],
  ['a picture', (target) => svg(`<image width="9" height="9" href="${target}"/>`), 'active-content'],
  ['a picture in old style', (target) => svg(`<image width="9" height="9" xlink:href="${target}"/>`), 'active-content'],
  [
    'a filter',
    (target) => svg(`<filter id="f"><feImage href="${target}"/></filter><rect width="9" height="9" filter="url(#f)"/>`),
    'active-content',
  ],
  ['a shape', (target) => svg(`<use href="${target}#a"/>`), 'active-content'],
  ['a style sheet', (target) => svg('', `<?xml-stylesheet href="${target}"?>`), 'active-content'],
  ['an import', (target) => svg(`<style>@import "${target}";</style>`), 'active-content'],
  ['a fill', (target) => svg(`<rect width="9" height="9" fill="url(${target}#a)"/>`), 'active-content'],
  [
    'a font',
    (target) => svg(`<style>@font-face{font-family:a;src:url(${target})}</style><text font-family="a">a</text>`),
    'active-content',
  ],
  ['an inclusion', (target) => svg(`<xi:include href="${target}"/><rect width="9" height="9"/>`), 'active-content'],
  // What follows is drawn, so it is the renderer that must not go there.
  [
    'a picture in a picture',
    (target) =>
      svg(`<image width="9" height="9" href="${encoded(svg(`<image width="9" height="9" href="${target}"/>`))}"/>`),
    null,
  ],
  ['a link', (target) => svg(`<a href="${target}"><rect width="9" height="9"/></a>`), null],
  ['a stream elsewhere', (target) => streamElsewhere(target), null],
]

/** A PDF with a stream that lies in another file, and a page that is one. */
function streamElsewhere(target: string): Uint8Array {
  return pdf([
    '<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /URI /URI (x) >> >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 9 9] >>',
    '<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>',
    { dict: `/F << /Type /Filespec /FS /URL /F (${target}) >> /FFilter /FlateDecode`, data: new Uint8Array() },
    plain(' '.repeat(9000)),
  ])
}

describe.skipIf(process.platform === 'win32')('what a file names stays closed', () => {
  test.each(cases)('%s', async (_, make, reason) => {
    for (const target of [file, host, file.replace('file://', '')]) {
      const source = make(target)
      const result = await engine.compress(source, { effort: 'fast' })
      expect(result, target).toMatchObject({ reason, changed: reason === null })
    }
    expect(visits).toEqual([])
  })

  test('the canaries are alive', async () => {
    await fetch(host)
    expect(visits.splice(0)).toEqual(['/canary'])
  })
})
