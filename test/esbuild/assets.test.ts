import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Plugin } from 'esbuild'
import { describe, expect, test } from 'vitest'
import { fixture, forgetProcess } from '../site.js'
import { expectSmallerDocument } from '../vite/documents.js'
import { expectSmaller } from '../vite/images.js'
import { createSite, esbuilds } from './harness.js'

const photo = await fixture('photo.jpg')
const screenshot = await fixture('screenshot.png')
const drawing = await fixture('drawing.svg')
const broken = await fixture('broken.jpg')

describe.each(esbuilds)('$name', ({ load }) => {
  const esbuild = load()

  test('what is imported ships smaller, under names that follow, and is reported with its source', async () => {
    const site = await createSite(esbuild, {
      'main.js': `import photo from './img/photo.jpg'\nimport './style.css'\nimport pdf from './document.pdf'\nconsole.log(photo, pdf)`,
      'style.css': 'a { background: url(./img/screenshot.png) } b { background: url("./img/drawing.svg#icon") }',
      'img/photo.jpg': photo,
      'img/screenshot.png': screenshot,
      'img/drawing.svg': drawing,
      'document.pdf': await fixture('leaflet.pdf'),
    })
    const built = await site.build({ config: { assetNames: '[dir]/[name]-[hash]' } })
    await expectSmaller(built.file(/^img\/photo-.*\.jpg$/), photo)
    await expectSmaller(built.file(/^img\/screenshot-.*\.png$/), screenshot)
    await expectSmaller(built.file(/^img\/drawing-.*\.svg$/), drawing)
    await expectSmallerDocument(built.file(/\.pdf$/), await fixture('leaflet.pdf'))
    expect(built.text('main.js')).toContain(built.path(/photo/))
    expect(built.text('main.css')).toContain(built.path(/screenshot/))
    expect(built.text('main.css')).toContain(`${built.path(/drawing/)}#icon`)
    expect(built.report.assets.map(({ path, source, origin }) => [path, source, origin])).toEqual([
      [built.path(/document/), 'document.pdf', 'bundle'],
      [built.path(/drawing/), 'img/drawing.svg', 'bundle'],
      [built.path(/photo/), 'img/photo.jpg', 'bundle'],
      [built.path(/screenshot/), 'img/screenshot.png', 'bundle'],
    ])
    expect(Object.keys(built.result)).not.toContain('metafile')

    const lossless = await site.build({ options: { quality: 'lossless' }, config: { outdir: 'lossless' } })
    expect(lossless.path(/photo/)).not.toBe(built.path(/photo/).split('/').pop())
    forgetProcess()
    const second = await site.build({ config: { assetNames: '[dir]/[name]-[hash]' } })
    expect(second.report.totals.from).toMatchObject({ engine: 0, disk: 4 })
    expect(second.files).toEqual(built.files)
  })

  test('what is inlined, copied or an entry keeps its loader', async () => {
    const site = await createSite(esbuild, {
      'main.js': `import a from './a.url.png'\nimport b from './a.b64.png'\nimport c from './a.bin.png'\nimport d from './a.txt.svg'\nexport { a, b, c, d }`,
      'a.url.png': screenshot,
      'a.b64.png': screenshot,
      'a.bin.png': screenshot,
      'a.txt.svg': drawing,
      'entry.jpg': photo,
    })
    const loader = {
      '.jpg': 'copy',
      '.url.png': 'dataurl',
      '.b64.png': 'base64',
      '.bin.png': 'binary',
      '.txt.svg': 'text',
    } as const
    const built = await site.build({
      config: { entryPoints: ['main.js', 'entry.jpg'], platform: 'node', target: 'node20', loader },
    })
    await expectSmaller(built.file('entry.jpg'), photo)
    const module = await import(join(site.root, 'dist/main.js'))
    const url: string = module.a
    expect(url).toMatch(/^data:image\/png;base64,/)
    const bytes = Buffer.from(url.split(',')[1] ?? '', 'base64')
    await expectSmaller(bytes, screenshot)
    expect(Buffer.from(module.b, 'base64')).toEqual(bytes)
    expect(Buffer.from(module.c)).toEqual(bytes)
    expect(module.d).toBe(drawing.toString())
    expect(built.report.assets.map(({ path, origin }) => `${origin} ${path}`)).toEqual([
      'inline a.b64.png',
      'inline a.bin.png',
      'inline a.url.png',
      'bundle entry.jpg',
    ])
    const spared = await site.build({ options: { inline: false }, config: { outdir: 'spared', loader } })
    expect(spared.text('main.js')).toContain(screenshot.toString('base64'))
    expect(spared.report.assets).toEqual([])
  })

  test('each import gets what it asks for', async () => {
    const site = await createSite(esbuild, {
      'main.js': `import a from './img/photo.jpg'\nimport b from './img/photo.jpg?compress=off'\nimport c from './img/photo.jpg?compress=30#x'\nimport './style.css'\nimport text from './data.json?compress=off'\nconsole.log(a, b, c, text)`,
      'style.css': 'a { background: url(./img/photo.jpg?compress=off) }',
      'data.json': '{"a":1}',
      'img/photo.jpg': photo,
    })
    const built = await site.build({ config: { assetNames: '[dir]/[name]-[hash]', metafile: true } })
    const sizes = built.files.filter((path) => path.endsWith('.jpg')).map((path) => built.file(path).byteLength)
    expect(sizes).toHaveLength(3)
    expect(Math.max(...sizes)).toBe(photo.byteLength)
    const original = built.files.find((path) => built.file(path).equals(photo))
    expect(built.text('main.css')).toContain(`url("./${original}")`)
    const smallest = built.files.find((path) => built.file(path).byteLength === Math.min(...sizes))
    expect(built.text('main.js')).toContain(`"./${smallest}#x"`)
    expect(built.text('main.js')).not.toMatch(/compress|\/\.\//)
    expect(built.text('main.js')).not.toContain(site.root)
    expect(JSON.stringify(built.result.metafile?.outputs)).not.toContain(site.root)
    expect(built.report.assets.map(({ path, after }) => [path, after])).toEqual(
      built.files.filter((path) => path.endsWith('.jpg')).map((path) => [path, built.file(path).byteLength]),
    )
    expect(built.report.assets.every((line) => line.source === 'img/photo.jpg')).toBe(true)
  })

  test('imports of a file that has one name get one file, as the safest of them asks', async () => {
    const site = await createSite(esbuild, {
      'main.js': `import a from './photo.jpg'\nimport b from './part.js'\nimport './style.css'\nconsole.log(a, b)`,
      'part.js': `export { default } from './photo.jpg?compress=30'`,
      'style.css': '@import "./deeper.css";',
      'deeper.css': 'a { background: url(./photo.jpg?compress=off) }',
      'photo.jpg': photo,
    })
    const setup = {
      config: { assetNames: '[name]', metafile: true },
      expectWarnings: ['Different things are asked for of photo.jpg'],
    }
    const built = await site.build(setup)
    expect(built.file('photo.jpg')).toEqual(photo)
    expect(built.result.metafile?.outputs['dist/photo.jpg']?.bytes).toBe(photo.byteLength)
    expect(built.report.assets.map(({ path, outcome, after }) => [path, outcome, after])).toEqual([
      ['photo.jpg', 'kept', photo.byteLength],
    ])
    const { result } = await site.build({ ...setup, config: { ...setup.config, write: false } })
    const file = result.outputFiles?.find(({ path }) => path.endsWith('.jpg'))
    expect(file && Buffer.from(file.contents)).toEqual(photo)
    await site.write({ 'part.js': 'export default 1', 'style.css': '' })
    const without = await site.build({ config: setup.config })
    await expectSmaller(without.file('photo.jpg'), photo)
  })

  test('inlined images that were shaken off are not reported', async () => {
    const site = await createSite(esbuild, {
      'main.js': `import './style.css'\nimport { used } from './part.js'\nconsole.log(used)`,
      'part.js': `export { default as used } from './used.png'\nexport { default as unused } from './unused.jpg'`,
      'style.css': 'a { background: url(./style.png) }',
      'used.png': screenshot,
      'unused.jpg': photo,
      'style.png': await fixture('logo-alpha.png'),
    })
    const built = await site.build({ config: { loader: { '.png': 'dataurl', '.jpg': 'dataurl' } } })
    expect(built.report.assets.map(({ path, origin }) => [path, origin])).toEqual([
      ['style.png', 'inline'],
      ['used.png', 'inline'],
    ])
  })

  test('what an import asks for holds where another plugin loads the file', async () => {
    const site = await createSite(esbuild, {
      'main.js': `import a from './photo.jpg?compress=off'\nimport b from './photo-2.jpg'\nconsole.log(a, b)`,
      'photo.jpg': photo,
      'photo-2.jpg': await fixture('photo-2.jpg'),
    })
    const other: Plugin = {
      name: 'other',
      setup(build) {
        build.onLoad({ filter: /\.jpg$/ }, async ({ path }) => ({ contents: await readFile(path), loader: 'file' }))
      },
    }
    const built = await site.build({ plugins: [other] })
    expect(built.file(/^photo-[^2]/)).toEqual(photo)
    await expectSmaller(built.file(/^photo-2-/), await fixture('photo-2.jpg'))
  })

  test('a wish without a meaning leaves the file alone and says so, and one of a file that is missing is an error', async () => {
    const site = await createSite(esbuild, {
      'main.js': `import a from './a.jpg?compress=maybe'\nconsole.log(a)`,
      'a.jpg': photo,
      'missing.js': `import a from './b.jpg?compress=off'\nconsole.log(a)`,
    })
    const built = await site.build({ expectWarnings: ['`?compress=maybe` in main.js has no meaning'] })
    expect(built.file(/jpg$/)).toEqual(photo)
    await expect(site.build({ config: { entryPoints: ['missing.js'] } })).rejects.toThrow('Could not resolve "./b.jpg"')
  })

  test('files of other plugins: loaded, emitted, and copied while the build runs', async () => {
    const site = await createSite(esbuild, {
      'main.js': `import a from 'virtual:a'\nconsole.log(a)`,
      'b.png': screenshot,
    })
    const other: Plugin = {
      name: 'other',
      setup(build) {
        build.onResolve({ filter: /^virtual:/ }, () => ({ path: 'made/a.jpg', namespace: 'other' }))
        build.onLoad({ filter: /.*/, namespace: 'other' }, () => ({ contents: photo, loader: 'file' }))
        build.onEnd(async () => {
          await mkdir(join(site.root, 'dist/nested'), { recursive: true })
          await copyFile(join(site.root, 'b.png'), join(site.root, 'dist/nested/b.png'))
        })
      },
    }
    await site.write({ 'extra/c.jpg': photo })
    const built = await site.build({ plugins: [other], options: { dirs: 'extra' } })
    await expectSmaller(built.file(/^a-.*\.jpg$/), photo)
    await expectSmaller(built.file('nested/b.png'), screenshot)
    await expectSmaller(await readFile(join(site.root, 'extra/c.jpg')), photo)
    expect(built.report.assets.map(({ path, source, origin }) => [path, source, origin])).toEqual([
      [built.path(/^a-/), 'other:made/a.jpg', 'bundle'],
      ['extra/c.jpg', null, 'folder'],
      ['nested/b.png', null, 'folder'],
    ])

    const inMemory = await site.build({ plugins: [other], config: { write: false, metafile: true } })
    const files = inMemory.result.outputFiles ?? []
    const image = files.find((file) => file.path.endsWith('.jpg'))
    expect(image && Buffer.from(image.contents)).toEqual(built.file(/^a-.*\.jpg$/))
    expect(image?.hash).toMatch(/^[A-Za-z0-9+/]{11}$/)
    const untouched = await esbuild.build({ ...site.configure({ config: { write: false } }), plugins: [other] })
    expect(image?.hash).not.toBe(untouched.outputFiles?.find((file) => file.path.endsWith('.jpg'))?.hash)
    expect(Object.keys(inMemory.result.metafile?.outputs ?? {})).toHaveLength(2)
  })

  test('an output folder that is the project is not searched for files to change', async () => {
    const site = await createSite(esbuild, {
      'main.js': `import a from './a.jpg'\nconsole.log(a)`,
      'a.jpg': photo,
      'b.jpg': photo,
    })
    const { outdir, ...config } = site.configure()
    await esbuild.build({ ...config, outfile: 'out.js', entryNames: '[name]' })
    expect(await readFile(join(site.root, 'b.jpg'))).toEqual(photo)
    expect(await readFile(join(site.root, 'a.jpg'))).toEqual(photo)
    const { report } = await site.read()
    expect(report.assets).toHaveLength(1)
    await expectSmaller(await readFile(join(site.root, report.assets[0]?.path ?? '')), photo)
    expect(outdir).toBe('dist')
  })

  test('a broken image ships untouched with one warning, or fails the build when that is wished for', async () => {
    const site = await createSite(esbuild, {
      'main.js': `import a from './broken.jpg'\nconsole.log(a)`,
      'broken.jpg': broken,
    })
    const built = await site.build({ expectWarnings: ['broken.jpg: this jpeg file is damaged'] })
    expect(built.warnings).toHaveLength(1)
    expect(built.file(/jpg$/)).toEqual(broken)
    expect(built.report.totals.failed).toBe(1)
    await expect(site.build({ options: { onError: 'fail' } })).rejects.toThrow(
      /main\.js:1:\d+: ERROR: \[plugin: compress-fast\] broken\.jpg: this jpeg/,
    )
    const emitted: Plugin = {
      name: 'other',
      setup: (build) => build.onEnd(() => writeFile(join(site.root, 'late/late.jpg'), broken)),
    }
    await site.write({ 'main.js': '' })
    const failing = site.build({ options: { onError: 'fail' }, config: { outdir: 'late' }, plugins: [emitted] })
    await expect(failing).rejects.toThrow('late.jpg: this jpeg')
  })

  test('globs match output and source', async () => {
    const site = await createSite(esbuild, {
      'main.js': `import a from './img/a.jpg'\nimport b from './img/b.jpg'\nimport c from './c.png'\nconsole.log(a, b, c)`,
      'img/a.jpg': photo,
      'img/b.jpg': await fixture('photo-2.jpg'),
      'c.png': screenshot,
    })
    const config = { assetNames: 'assets/[ext]/[name]-[hash]' }
    const built = await site.build({ config, options: { exclude: ['img/a.*', 'assets/png/**'] } })
    expect(built.file(/a-.*jpg/)).toEqual(photo)
    expect(built.file(/c-.*png/)).toEqual(screenshot)
    await expectSmaller(built.file(/b-.*jpg/), await fixture('photo-2.jpg'))
  })
})
