import { join } from 'node:path'
import { createCompiler, resolveConfig } from '@farmfe/core'
import { expect, test } from 'vitest'
import { chromiumPath, openPage } from '../browser.js'
import { type Built, type Files, fixture } from '../site.js'
import { expectSmallerDocument } from '../vite/documents.js'
import { expectSmaller } from '../vite/images.js'
import { compilationOf, createSite, plugin, RecordingLogger } from './harness.js'

/** A site whose images come in by every door that Farm has. */
async function site(): Promise<Files> {
  return {
    'index.html':
      '<!doctype html><link rel="icon" href="/favicon.svg"><script type="module" src="./src/main.js"></script><img src="/img/logo.png">',
    'src/main.js': `
      import './style.css'
      import photo from './photo.jpg'
      import again from './photo.jpg'
      import copy from './copy.jpg'
      document.title = [photo, again, copy].join()
      import('./lazy.js')
    `,
    'src/lazy.js': `import drawing from './drawing.svg'; console.log(drawing)`,
    'src/style.css': 'body { background: url(./screenshot.png) }',
    'src/photo.jpg': await fixture('photo.jpg'),
    'src/copy.jpg': await fixture('photo.jpg'),
    'src/screenshot.png': await fixture('screenshot.png'),
    'src/drawing.svg': await fixture('drawing.svg'),
    'public/img/logo.png': await fixture('logo-alpha.png'),
    'public/favicon.svg': await fixture('icon.svg'),
    'public/robots.txt': 'User-agent: *',
  }
}

test('images from JavaScript, style sheets and the public folder ship smaller, and are found', async () => {
  const { build } = await createSite(await site())
  const built = await build()
  await expectSmaller(built.file(/^photo\./), await fixture('photo.jpg'))
  await expectSmaller(built.file(/^screenshot\./), await fixture('screenshot.png'))
  await expectSmaller(built.file('img/logo.png'), await fixture('logo-alpha.png'))
  expect(built.file(/^drawing\./).byteLength).toBeLessThan((await fixture('drawing.svg')).byteLength)
  expect(built.file('favicon.svg').byteLength).toBeLessThan((await fixture('icon.svg')).byteLength)
  expect(built.file(/^copy\./)).toEqual(built.file(/^photo\./))
  expect(built.text('robots.txt')).toBe('User-agent: *')
  expect(built.text(/\.css$/)).toContain(`url(/${built.path(/^screenshot\./)})`)
  const code = built.files.filter((path) => path.endsWith('.js')).map((path) => built.text(path))
  for (const name of [/^photo\./, /^copy\./, /^drawing\./]) expect(code.join()).toContain(`"/${built.path(name)}"`)
  expect(built.report.totals).toMatchObject({ assets: 6, compressed: 6, from: { engine: 5, memory: 1 } })
  expect(built.report.assets.find(({ path }) => path === 'img/logo.png')).toMatchObject({
    source: 'public/img/logo.png',
    origin: 'public',
  })
  expect(built.report.assets.find(({ path }) => path.startsWith('photo.'))).toMatchObject({
    source: 'src/photo.jpg',
    origin: 'bundle',
  })
  expect(built.infos.filter((line) => /compress-fast {2}\d+ file/.test(line))).toHaveLength(1)
})

test.skipIf(chromiumPath === undefined)('a browser loads every image, from Farm’s cache too', async () => {
  const { build, root } = await createSite({
    ...(await site()),
    'src/main.js': `
      import './style.css'
      import photo from './photo.jpg'
      import off from './photo.jpg?compress=off'
      import icon from './icon.png?inline'
      for (const src of [photo, off, icon]) document.body.append(Object.assign(new Image(), { src }))
    `,
    'src/style.css': 'body { background: url("./screenshot.png?compress=lossless") }',
    'src/icon.png': await fixture('icon.png'),
  })
  for (const _ of [1, 2]) {
    await build()
    const page = await openPage(`${root}/dist`)
    expect(page.failures).toEqual([])
    expect(page.images).toHaveLength(4)
    for (const { src, width } of [...page.images, ...page.backgrounds]) expect(width, src).toBeGreaterThan(0)
    expect(page.backgrounds).toHaveLength(1)
  }
})

test('the second build ships the same from Farm’s cache and ours, tells it again, and does no work', async () => {
  const { build } = await createSite({
    ...(await site()),
    'src/lazy.js': `import icon from './icon.png?inline'; console.log(icon)`,
    'src/icon.png': await fixture('icon.png'),
  })
  const first = await build()
  const second = await build()
  const third = await build()
  for (const built of [second, third]) {
    expect(built.files).toEqual(first.files)
    for (const path of first.files) expect(built.file(path), path).toEqual(first.file(path))
    expect(built.report.totals.from).toMatchObject({ engine: 0, memory: 1, disk: 5 })
    const lines = ({ report }: typeof first) =>
      report.assets.map(({ ms: _, from: __, ...line }) => JSON.stringify(line)).sort()
    expect(lines(built)).toEqual(lines(first))
  }
})

test('a build whose cache is gone, while Farm’s is not, ships the same', async () => {
  const { build, root } = await createSite(await site())
  const first = await build()
  const second = await build({ options: { cache: { dir: `${root}/.other` } } })
  for (const path of first.files) expect(second.file(path), path).toEqual(first.file(path))
})

test('other settings ship under other names, whatever Farm remembers', async () => {
  const { build } = await createSite(await site())
  const first = await build()
  const second = await build({ options: { quality: 50 } })
  const back = await build()
  expect(second.path(/^photo\./)).not.toBe(first.path(/^photo\./))
  expect(second.file(/^photo\./).byteLength).toBeLessThan(first.file(/^photo\./).byteLength)
  expect(second.text(/\.css$/)).toContain(second.path(/^screenshot\./))
  expect(second.path(/\.css$/)).not.toBe(first.path(/\.css$/))
  expect(back.files).toEqual(first.files)
  expect(back.file(/^photo\./)).toEqual(first.file(/^photo\./))
})

test('what was told of a module that Farm remembers is told as long as it is part of the build', async () => {
  const icon = await fixture('icon.png')
  const { build, write } = await createSite({
    ...(await site()),
    'src/lazy.js': `import a from './icon.png?inline'; import b from './icon.png'; console.log(a, b)`,
    'src/icon.png': icon,
  })
  const inlined = ({ report }: Awaited<ReturnType<typeof build>>) =>
    report.assets.filter(({ origin }) => origin === 'inline').map(({ path }) => path)
  for (const _ of [1, 2]) expect(inlined(await build())).toEqual(['src/icon.png'])
  await write({ 'src/lazy.js': `import b from './icon.png'; console.log(b)` })
  for (const _ of [1, 2]) {
    const built = await build()
    expect(inlined(built)).toEqual([])
    await expectSmaller(built.file(/^icon\./), icon)
  }
})

test('a name without a hash is the user’s wish', async () => {
  const { build } = await createSite(await site())
  const output = { assetsFilename: 'static/[resourceName].[ext]' }
  const first = await build({ compilation: { output } })
  const second = await build({ compilation: { output }, options: { quality: 50 } })
  expect(first.path(/static\/photo/)).toBe(second.path(/static\/photo/))
  expect(second.file(/static\/photo/).byteLength).toBeLessThan(first.file(/static\/photo/).byteLength)
})

test('a changed source is made smaller anew', async () => {
  const { build, write } = await createSite(await site())
  await build()
  await write({ 'src/photo.jpg': await fixture('photo-2.jpg'), 'public/img/logo.png': await fixture('screenshot.png') })
  const built = await build()
  // Farm also ships what it remembers of the file as it was, which nothing refers to.
  const [, photo = ''] = /"\/(photo\.[^"]+)"/.exec(built.text(/index_.*\.js$/)) ?? []
  await expectSmaller(built.file(photo), await fixture('photo-2.jpg'))
  await expectSmaller(built.file('img/logo.png'), await fixture('screenshot.png'))
})

test('globs choose by the path of the source', async () => {
  const { build } = await createSite(await site())
  const built = await build({ options: { exclude: ['src/copy.jpg', 'public/img/**'] } })
  expect(built.file(/^copy\./)).toEqual(await fixture('photo.jpg'))
  expect(built.file('img/logo.png')).toEqual(await fixture('logo-alpha.png'))
  await expectSmaller(built.file(/^photo\./), await fixture('photo.jpg'))
})

test('another query at an import and a build for Node.js make no difference', async () => {
  const { build } = await createSite({
    'main.js': `import a from './photo.jpg?url'; import b from './copy.jpg?compress=off'; console.log(a, b)`,
    'photo.jpg': await fixture('photo.jpg'),
    'copy.jpg': await fixture('photo.jpg'),
  })
  const compilation = { input: { index: './main.js' }, output: { targetEnv: 'node' } } as const
  for (const options of [{}, { exclude: ['photo.jpg'] }, {}]) {
    const built = await build({ compilation, options })
    if (options.exclude) expect(built.file(/^photo\./)).toEqual(await fixture('photo.jpg'))
    else await expectSmaller(built.file(/^photo\./), await fixture('photo.jpg'))
    expect(built.file(/^copy\./)).toEqual(await fixture('photo.jpg'))
    expect(built.text('index.js')).toContain(`/${built.path(/^photo\./)}?url"`)
    expect(built.text('index.js')).toContain(`/${built.path(/^copy\./)}"`)
  }
})

test('a PDF becomes smaller, imported and in the public folder', async () => {
  const { build } = await createSite({
    ...(await site()),
    'src/lazy.js': `import a from './document.pdf'; console.log(a)`,
    'src/document.pdf': await fixture('leaflet.pdf'),
    'public/terms.pdf': await fixture('leaflet.pdf'),
  })
  const built = await build({ compilation: { assets: { include: ['pdf'] } } })
  await expectSmallerDocument(built.file(/^document\./), await fixture('leaflet.pdf'))
  expect(built.file('terms.pdf')).toEqual(built.file(/^document\./))
})

test('each import gets what its ?compress= asks for, and the query is gone from what ships', async () => {
  const { build } = await createSite({
    ...(await site()),
    'src/main.js': `
      import './style.css'
      import plain from './photo.jpg'
      import off from './photo.jpg?compress=off'
      import small from './photo.jpg?compress=40'
      document.title = [plain, off, small].join()
    `,
    'src/style.css': 'body { background: url("./photo.jpg?compress=off") } p { background: url(./screenshot.png) }',
  })
  for (const built of [await build(), await build()]) {
    const text = built.files.filter((path) => /\.(js|css|html)$/.test(path)).map((path) => built.text(path))
    expect(text.join()).not.toContain('compress=')
    const photos = built.files.filter((path) => path.startsWith('photo.'))
    for (const path of photos) expect(text.join()).toContain(`/${path}`)
    const sizes = photos.map((path) => built.file(path).byteLength).sort((a, b) => a - b)
    expect(sizes).toHaveLength(3)
    expect(new Set(sizes).size).toBe(3)
    expect(sizes[2]).toBe((await fixture('photo.jpg')).byteLength)
    const sheet = built.text(/\.css$/)
    const off = photos.find((path) => sheet.includes(path)) ?? ''
    expect(built.file(off)).toEqual(await fixture('photo.jpg'))
  }
})

test('a ?compress= that means nothing leaves the file alone and is told once', async () => {
  const { build } = await createSite({
    ...(await site()),
    'src/lazy.js': `import a from './photo.jpg?compress=best'; console.log(a)`,
  })
  const built = await build({ expectWarnings: ['`?compress=best` in an import of src/photo.jpg has no meaning'] })
  expect(built.warnings).toHaveLength(1)
})

test('inlined images shrink, and so do data: addresses that were written by hand', async () => {
  const icon = await fixture('icon.png')
  const address = `data:image/png;base64,${icon.toString('base64')}`
  const { build } = await createSite({
    'index.html': `<!doctype html><img src="${address}"><script type="module" src="./main.js"></script>`,
    'main.js': `import './style.css'; import a from './icon.png?inline'; document.title = a`,
    'style.css': `body { background: url(${address}) }`,
    'icon.png': icon,
  })
  const built = await build()
  for (const kind of [/\.html$/, /\.css$/, /index.*\.js$/]) {
    const [, base64 = ''] = /data:image\/png;base64,([\w+/=]+)/.exec(built.text(kind)) ?? []
    await expectSmaller(Buffer.from(base64, 'base64'), icon)
  }
  expect(built.report.assets.map(({ path, origin }) => `${origin} ${path}`).sort()).toEqual([
    'inline icon.png',
    'inline index.html',
    'inline style.css',
  ])
  const whole = await build({ options: { inline: false } })
  expect(whole.text(/\.css$/)).toContain(icon.toString('base64'))
  expect(whole.path(/\.css$/)).not.toBe(built.path(/\.css$/))
})

test('a broken image ships as it is with one warning, in every build', async () => {
  const { build } = await createSite({ ...(await site()), 'src/copy.jpg': await fixture('broken.jpg') })
  for (const _ of [1, 2]) {
    const built = await build({ expectWarnings: ['copy.'] })
    expect(built.warnings).toHaveLength(1)
    expect(built.file(/^copy\./)).toEqual(await fixture('broken.jpg'))
    await expectSmaller(built.file(/^photo\./), await fixture('photo.jpg'))
  }
})

test.each(['src/copy.jpg', 'public/img/logo.png'])('onError: fail fails the build over %s', async (path) => {
  const { build } = await createSite({ ...(await site()), [path]: await fixture('broken.jpg') })
  const name = path.startsWith('src') ? /copy\.[\w.-]+jpg/ : /img\/logo\.png/
  await expect(build({ options: { onError: 'fail' } })).rejects.toThrow(name)
})

test('the dev server is left alone: it does not even have the plugins', async () => {
  const { root } = await createSite(await site())
  const logger = new RecordingLogger()
  const compilation = { ...compilationOf(root), lazyCompilation: false }
  const config = await resolveConfig(
    { root, logger, plugins: [plugin(root)], compilation },
    'development',
    logger,
    false,
  )
  expect(config.jsPlugins?.filter(({ name }) => name.includes('compress-fast'))).toEqual([])
  const compiler = await createCompiler(config, logger)
  await compiler.compile()
  const resources = compiler.resources()
  const photo = Object.keys(resources).find((name) => name.startsWith('photo'))
  expect(resources[photo ?? '']).toEqual(await fixture('photo.jpg'))
})

test('which modules pull a file in is told, also by a build for which Farm takes modules from its cache', async () => {
  const site = await createSite({
    'index.html': '<!doctype html><script type="module" src="./main.js"></script>',
    'main.js': `import './style.css'; import a from './photo.jpg'; import b from './small.png'; import('./lazy.js'); document.title = a + b`,
    'lazy.js': `import a from './photo.jpg'; import b from './photo.jpg?compress=off'; document.title = a + b`,
    'style.css': 'body { background: url(./shot.png) }',
    'photo.jpg': await fixture('photo.jpg'),
    'shot.png': await fixture('screenshot.png'),
    'small.png': await fixture('palette.png'),
    'public/logo.png': await fixture('logo-alpha.png'),
  })
  const report = { json: join(site.root, 'report.json'), html: join(site.root, 'report.html') }
  const importersOf = ({ report: { assets } }: Built) =>
    Object.fromEntries(assets.map(({ path, source, importers }) => [source ?? path, importers]))
  const importers = importersOf(await site.build({ options: { report } }))
  expect(importers).toMatchObject({
    'photo.jpg': ['lazy.js', 'main.js'],
    'shot.png': ['style.css'],
    'small.png': ['main.js'],
  })
  expect(importers['public/logo.png']).toBeUndefined()
  expect(importersOf(await site.build({ options: { report } }))).toEqual(importers)
})
