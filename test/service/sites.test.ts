import { existsSync } from 'node:fs'
import { symlink } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { zip } from '../../packages/engine/test/office-parts.js'
import { pptx } from '../../packages/engine/test/stress/sources.js'
import { shippedImages, writeSite } from '../../scripts/demo/site.mjs'
import { type Built, fixture, read, siteFolder, writeFiles } from '../site.js'
import { expectSmallerDocument } from '../vite/documents.js'
import { expectNoKey, filesBelow } from './canary.js'
import { type FaultProxy, startFaultProxy } from './fault-proxy.js'
import { runNode } from './run-node.js'
import { startServer, type TestServer } from './server.js'

const repository = resolve(import.meta.dirname, '../..')
const corpus = resolve(repository, '../shared/corpus')
const configOf = (engine: 'auto' | 'api') => `
import compress from 'vite-plugin-compress-fast'
export default {
  plugins: [compress({ engine: '${engine}', cache: { dir: '.cache' }, report: { json: 'report.json' } })],
  build: { modulePreload: { polyfill: false } },
}
`

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

/** A site, and an account to build it with. */
interface Connected {
  readonly account: { readonly id: string; readonly key: string }
  readonly proxy: FaultProxy
  build(): Promise<Built>
}

async function connect(root: string, engine: 'auto' | 'api'): Promise<Connected> {
  const account = await server.account()
  const proxy = await startFaultProxy(server.url, { fault: () => undefined })
  onTestFinished(() => proxy.close())
  onTestFinished(() => expectNoKey('the output, cache, ledger or report of a build', filesBelow(root)))
  await writeFiles(root, { 'package.json': '{"type":"module"}', 'vite.config.js': configOf(engine) })
  await symlink(join(repository, 'node_modules'), join(root, 'node_modules'), 'junction')
  // As a user names them, and not by options.
  const env = { COMPRESS_FAST_URL: proxy.url, TOOLS_FAST_API_KEY: account.key }
  return {
    account,
    proxy,
    async build() {
      const text = await runNode([join(repository, 'node_modules/vite/bin/vite.js'), 'build'], root, env)
      return read(join(root, 'dist'), join(root, 'report.json'), [], [text])
    },
  }
}

/** What has to be true of a site that was built twice. */
async function expectBuiltOnce(first: Built, { proxy, account, build }: Connected): Promise<void> {
  const { totals, warnings, engine } = first.report
  expect(engine.id).toBe('api')
  expect(totals.credits).toBe((await server.spent(account.id)).charged)
  expect(first.infos.join()).toContain(`${totals.credits} credits spent`)
  expect(proxy.seen.every(({ headers }) => headers['x-fast-api-key'] === account.key)).toBe(true)

  const asked = proxy.seen.length
  const second = await build()
  expect(proxy.seen.length).toBe(asked)
  expect(second.report.warnings).toEqual(warnings)
  expect(second.report.totals).toMatchObject({ credits: 0, compressed: totals.compressed })
  expect(second.report.totals.from.engine).toBe(0)
  expect(second.files).toEqual(first.files)
  for (const path of first.files) expect(second.file(path).equals(first.file(path)), path).toBe(true)
}

describe('a Vite site goes through the service once, and then comes from the cache alone', () => {
  test('of images and documents', { timeout: 120_000 }, async () => {
    const root = await siteFolder()
    const documents = {
      'leaflet.pdf': await fixture('leaflet.pdf'),
      'letter.docx': await fixture('letter.docx'),
      'deck.pptx': zip(pptx({ 'image1.jpeg': await fixture('photo.jpg'), 'image2.png': await fixture('icon.png') })),
    }
    await writeFiles(root, {
      'index.html': '<!doctype html><title>site</title><script type="module" src="./main.js"></script>',
      'main.js': `import photo from './photo.jpg'; import logo from './logo.png'; import drawing from './drawing.svg'
        document.title = photo + logo + drawing`,
      'photo.jpg': await fixture('photo.jpg'),
      'logo.png': await fixture('logo-alpha.png'),
      'drawing.svg': await fixture('drawing.svg'),
      ...Object.fromEntries(Object.entries(documents).map(([name, bytes]) => [`public/${name}`, bytes])),
    })
    const connected = await connect(root, 'auto')
    const first = await connected.build()
    expect(first.report.assets.map((line) => [line.format, line.outcome]).toSorted()).toEqual([
      ['docx', 'compressed'],
      ['jpeg', 'compressed'],
      ['pdf', 'compressed'],
      ['png', 'compressed'],
      ['pptx', 'compressed'],
      // What the service does not take is done here.
      ['svg', 'compressed'],
    ])
    expect(first.report.totals.credits).toBe(5)
    expect(first.report.warnings).toEqual([])
    expect(connected.proxy.counts).toMatchObject({ submit: 5, download: 5, delete: 5 })
    for (const [name, source] of Object.entries(documents)) await expectSmallerDocument(first.file(name), source)
    await expectBuiltOnce(first, connected)
  })

  const missing = existsSync(corpus) ? 'COMPRESS_FAST_FULL=1 is not set' : 'there is no corpus'
  const isWanted = existsSync(corpus) && Boolean(process.env['COMPRESS_FAST_FULL'])
  test('of every image in the corpus', { timeout: 1_200_000 }, async ({ skip }) => {
    if (!isWanted) return skip(missing)
    const root = await siteFolder()
    const images = await writeSite(root, corpus, '')
    const connected = await connect(root, 'api')
    const first = await connected.build()
    const { totals, warnings } = first.report
    console.log(`corpus: ${images.length} images; ${JSON.stringify(totals)}; ${JSON.stringify(connected.proxy.counts)}`)
    expect(totals.compressed).toBeGreaterThan(images.length / 2)
    // Files that are cut short: they are not sent.
    const failed = warnings.filter(({ code }) => code !== 'WRONG_EXTENSION')
    expect(new Set(failed.map(({ code }) => code))).toEqual(new Set(['BROKEN_ASSET']))
    expect(failed.length).toBe(totals.failed)
    expect(failed.length).toBeLessThan(5)
    for (const { path, source, result } of await shippedImages(root, images)) {
      expect(result.byteLength, path).toBeLessThanOrEqual(source.byteLength)
    }
    await expectBuiltOnce(first, connected)
  })
})
