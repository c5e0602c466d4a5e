import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { resizedDimensions } from '@compress-fast/engine'
import { inspect } from '@compress-fast/engine/inspect'
import type { Options, Resize } from 'unplugin-compress-fast'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { zip } from '../../packages/engine/test/office-parts.js'
import { pptx } from '../../packages/engine/test/stress/sources.js'
import { fixture } from '../site.js'
import { createProject, faultsOf, type Project } from './build.js'
import { pathsBelow } from './canary.js'
import { type Plan, startFaultProxy } from './fault-proxy.js'
import { changes } from './faults.js'
import { smallPng, startServer, type TestServer } from './server.js'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

async function connect(project: Project, plan: Plan = { fault: () => undefined }) {
  onTestFinished(() => project.remove())
  const proxy = await startFaultProxy(server.url, plan)
  onTestFinished(() => proxy.close())
  const { id, key } = await server.account()
  const build = async (options: Options) => {
    const { code, output } = await project.start({ url: proxy.url, key }, options).ended
    expect(code, output).toBe(0)
    return project.report()
  }
  return { proxy, id, build }
}

function shipped({ root }: Project, name: string): Buffer {
  const [stem = '', extension = ''] = name.split('.')
  const path = pathsBelow(join(root, 'dist')).find((file) => file.includes(`${stem}-`) && file.endsWith(extension))
  if (path === undefined) throw new Error(`${name} is missing`)
  return readFileSync(path)
}

function sizeOf(bytes: Uint8Array): { width: number; height: number } {
  const facts = inspect(bytes)
  if (!facts) throw new Error('no picture')
  return { width: facts.width, height: facts.height }
}

const pictures = ['photo.jpg', 'logo-alpha.png', 'photo.webp', 'photo.avif']

test.each<{ resize: Resize; pdf: string | null }>([
  // The service has no such option for PDFs; under a percentage their pictures keep their size everywhere.
  { resize: { longestEdge: 101 }, pdf: 'unsupported-settings' },
  { resize: { percent: 37 }, pdf: null },
])('$resize: pictures come back at the very size, once', async ({ resize, pdf }) => {
  const project = await createProject(1, 9000)
  const files = [...pictures, 'animated.gif', 'leaflet.pdf']
  const sources = Object.fromEntries(await Promise.all(files.map(async (name) => [name, await fixture(name)] as const)))
  for (const [name, bytes] of Object.entries(sources)) await writeFile(join(project.root, 'src', name), bytes)
  const { proxy, build } = await connect(project)
  const report = await build({ resize })

  const sizes = Object.entries(sources).filter(([name]) => !name.endsWith('.pdf'))
  for (const [name, source] of sizes) {
    const { width, height } = sizeOf(source)
    const expected = name.endsWith('.gif') ? { width, height } : resizedDimensions(width, height, resize)
    expect([name, sizeOf(shipped(project, name))]).toEqual([name, expected])
  }
  const line = report.assets.find(({ format }) => format === 'pdf')
  expect(line).toMatchObject({ outcome: pdf === null ? 'compressed' : 'kept', reason: pdf })
  expect(report.warnings).toEqual([])
  expect(proxy.counts.submit).toBe(pdf === null ? 7 : 6)

  const asked = proxy.seen.length
  expect((await build({ resize })).totals).toMatchObject({ credits: 0, compressed: report.totals.compressed })
  expect(proxy.seen.length).toBe(asked)
})

test('pictures inside Office files get fewer pixels; a PDF is left to the stand-in, where one is named', async () => {
  const project = await createProject(0)
  const deck = zip(pptx({ 'image1.jpeg': await fixture('photo.jpg'), 'image2.png': await fixture('logo-alpha.png') }))
  await writeFile(join(project.root, 'src', 'deck.pptx'), deck)
  await writeFile(join(project.root, 'src', 'leaflet.pdf'), await fixture('leaflet.pdf'))
  const { proxy, id, build } = await connect(project)
  const { assets, totals, warnings } = await build({ resize: { longestEdge: 100 }, fallback: 'local' })
  expect(warnings).toEqual([])
  expect(assets.map(({ format, outcome }) => [format, outcome]).toSorted()).toEqual([
    ['pdf', 'compressed'],
    ['pptx', 'compressed'],
  ])
  expect(proxy.counts.submit).toBe(1)
  expect(totals.credits).toBe((await server.spent(id)).charged)
  // The comparison that lets it ship takes pictures of the wanted size only; without the wish it is much larger.
  expect(shipped(project, 'deck.pptx').byteLength).toBeLessThan(deck.byteLength / 2)
})

test('a picture of another size than was asked for does not ship, and is not asked for again', async () => {
  const project = await createProject(1, 9100)
  // Smaller, sound, and 40 pixels wide where 24 were asked for.
  const other = await smallPng(1, 40)
  const { proxy, build } = await connect(project, {
    fault: (route) =>
      route === 'status'
        ? changes.noMetrics
        : route === 'download'
          ? (passing) => passing.reply({ body: other })
          : undefined,
  })
  const resize = { longestEdge: 24 }
  const { assets } = await build({ resize })
  expect(assets).toMatchObject([{ outcome: 'kept', reason: 'result-rejected' }])
  expect(faultsOf(project)).toEqual([])
  expect(proxy.counts).toMatchObject({ submit: 1, download: 2 })
  const asked = proxy.seen.length
  await build({ resize })
  expect(proxy.seen.length).toBe(asked)
})
