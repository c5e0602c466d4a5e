import sharp from 'sharp'
import type { Engine } from 'unplugin-compress-fast'
import { expect, test } from 'vitest'
import { type Built, type Files, fixture, forgetProcess } from '../site.js'
import { createSite } from './harness.js'

/** Images from JavaScript, CSS, HTML and the public folder, one inlined. */
async function files(): Promise<Files> {
  return {
    'index.html': '<img src="./img/page.jpg"><script type="module" src="./main.js"></script>',
    'main.js': `import './style.css'\nimport photo from './img/photo.jpg'\nimport hero from './img/hero/hero.jpg'\nimport still from './img/still.gif'\ndocument.title = photo + hero + still`,
    'style.css': `body { background: url(./img/screenshot.png) } i { background: url("./img/icon.png?inline") }`,
    'img/page.jpg': await fixture('photo-2.jpg'),
    'img/photo.jpg': await fixture('photo.jpg'),
    'img/hero/hero.jpg': await fixture('photo-p3.jpg'),
    'img/still.gif': await fixture('still.gif'),
    'img/screenshot.png': await fixture('screenshot.png'),
    'img/icon.png': await fixture('icon.png'),
    'public/nested/logo.png': await fixture('logo-alpha.png'),
  }
}

const options = {
  resize: { longestEdge: 120 },
  overrides: [{ files: 'img/hero/**', resize: { percent: 60 } }],
} as const

async function sizeOf(bytes: Uint8Array): Promise<string> {
  const { width, height } = await sharp(bytes).metadata()
  return `${width}×${height}`
}

async function inlinedSize(built: Built): Promise<string> {
  const [, data = ''] = /data:image\/png;base64,([^")]+)/.exec(built.text(/\.css$/)) ?? []
  return sizeOf(Buffer.from(data, 'base64'))
}

test('images ship resized, under names that follow, and the next build takes them from the cache', async () => {
  const site = await createSite(await import('vite'), await files())
  const plain = await site.build()
  const built = await site.build({ options })
  const sizes = ['page', 'photo', 'hero', 'still', 'screenshot'].map((name) => ({
    name,
    path: RegExp(`/${name}-`),
  }))
  const found = await Promise.all(sizes.map(async ({ name, path }) => `${name} ${await sizeOf(built.file(path))}`))
  expect(found).toEqual(['page 120×80', 'photo 120×80', 'hero 180×120', 'still 160×107', 'screenshot 120×75'])
  expect(await sizeOf(built.file('nested/logo.png'))).toBe('120×120')
  expect(await inlinedSize(built)).toBe('48×48')
  for (const { path } of sizes) expect(built.path(path)).not.toBe(plain.path(path))
  expect(built.text('index.html')).toContain(built.path(/\/page-/))
  expect(built.text(/\.css$/)).toContain(built.path(/\/screenshot-/).replace('assets/', ''))
  for (const name of [/\/photo-/, /\/hero-/]) expect(built.text(/\.js$/)).toContain(built.path(name))
  expect(built.report.settings).toMatchObject({ resize: { longestEdge: 120 } })
  expect(plain.report.settings).not.toHaveProperty('resize')

  forgetProcess()
  const warm = await site.build({ options })
  expect(warm.report.totals.from).toMatchObject({ engine: 0, memory: 0, disk: built.report.totals.assets })
  expect(warm.files).toEqual(built.files)
  expect(warm.files.map((path) => warm.file(path))).toEqual(built.files.map((path) => built.file(path)))
})

test('what was resized is not resized once more, with or without a cache', async () => {
  const vite = await import('vite')
  const settings = { resize: { percent: 50 }, cache: false } as const
  const site = await createSite(vite, { 'index.html': '', 'public/a.jpg': await fixture('photo.jpg') })
  const first = (await site.build({ options: settings })).file('a.jpg')
  expect(await sizeOf(first)).toBe('180×120')
  await site.write({ 'public/a.jpg': first })
  forgetProcess()
  const second = await site.build({ options: settings })
  expect(second.file('a.jpg')).toEqual(first)
  expect(second.report.totals).toMatchObject({ compressed: 0, kept: 1 })
})

test.each([
  ['that knows nothing of it', () => sharp().jpeg({ quality: 30 }), 'it is 360×240 pixels and not 100×67'],
  ['that is a pixel off', () => sharp().resize(100, 66, { fit: 'fill' }).jpeg(), 'it is 100×66 pixels and not 100×67'],
  ['that does as it is told', () => sharp().resize(100, 67, { fit: 'fill' }).jpeg(), null],
])('an engine of the user %s', async (_, make, why) => {
  const asked: unknown[] = []
  const engine: Engine = {
    id: 'test',
    version: '1',
    formats: ['jpeg'],
    async compress(bytes, { settings }) {
      asked.push(settings.resize)
      return { gain: true, bytes: await make().end(bytes).toBuffer(), quality: null }
    },
  }
  const vite = await import('vite')
  const site = await createSite(vite, { 'index.html': '', 'public/a.jpg': await fixture('photo.jpg') })
  const resize = { longestEdge: 100 }
  const built = await site.build({ options: { engine, resize }, expectWarnings: why === null ? [] : [why] })
  expect(asked).toEqual([resize])
  const shipped = built.file('a.jpg')
  expect(await sizeOf(shipped)).toBe(why === null ? '100×67' : '360×240')
  expect(built.report.totals).toMatchObject(why === null ? { compressed: 1 } : { failed: 1 })
})
