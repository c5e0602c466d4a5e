import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createEngine, inspect } from '@compress-fast/engine'
import { describe, expect, test } from 'vitest'
import {
  apng,
  bmp,
  flat,
  ico,
  iconBitmap,
  rgbFields,
  rgbOf,
  smooth,
  tiff,
} from '../../packages/engine/test/more-images.js'
import { type Files, fixture, forgetProcess } from '../site.js'
import { createSite, vites } from './harness.js'
import { expectSmaller } from './images.js'

/** One image by each of the ways that images get into a build. */
async function ordinarySite(): Promise<Files> {
  return {
    'index.html': `<link rel="icon" href="/favicon.svg"><img src="./img/page.jpg"><script type="module" src="./main.js"></script>`,
    'main.js': `import './style.css'\nimport photo from './img/photo.jpg'\nimport moving from './img/animated.gif'\nimport webp from './img/animated.webp'\ndocument.title = photo + moving + webp + new URL('./img/photo.avif', import.meta.url)`,
    'style.css': `body { background: url(./img/screenshot.png) } i { background: url("./img/drawing.svg?no-inline") }`,
    'img/page.jpg': await fixture('photo-2.jpg'),
    'img/photo.jpg': await fixture('photo.jpg'),
    'img/animated.gif': await fixture('animated.gif'),
    'img/animated.webp': await fixture('animated.webp'),
    'img/photo.avif': await fixture('photo.avif'),
    'img/screenshot.png': await fixture('screenshot.png'),
    'img/drawing.svg': await fixture('drawing.svg'),
    'public/favicon.svg': await fixture('icon.svg'),
    'public/nested/logo.png': await fixture('logo-alpha.png'),
  }
}

describe.each(vites)('$name', ({ load }) => {
  test('everything that ships is smaller, looks the same and is where it is looked for', async () => {
    const site = await createSite(await load(), await ordinarySite())
    const built = await site.build()
    for (const name of ['page', 'photo', 'screenshot', 'drawing']) {
      // AVIF is as small as it gets already more often than not.
      for (const path of built.files.filter((file) => file.startsWith(`assets/${name}-`) && !file.endsWith('.avif'))) {
        const [source] = built.report.assets.flatMap((line) => (line.path === path ? [line.source ?? ''] : []))
        await expectSmaller(built.file(path), await readFile(join(site.root, source ?? '?')))
      }
    }
    await expectSmaller(built.file('nested/logo.png'), await fixture('logo-alpha.png'))
    expect(built.file('favicon.svg').byteLength).toBeLessThan((await fixture('icon.svg')).byteLength)
    await expectReferences(built)
    expect(built.report.totals).toMatchObject({ assets: 9, failed: 0 })
    expect(built.report.assets.map((line) => line.origin).sort()).toEqual([
      ...Array(7).fill('bundle'),
      'public',
      'public',
    ])
  })

  test('the next build takes everything from the cache, to the same bytes', async () => {
    const site = await createSite(await load(), await ordinarySite())
    const first = await site.build()
    const bytes = first.files.map((path) => first.file(path))
    expect(first.report.totals.from).toEqual({ engine: 9, memory: 0, disk: 0, remote: 0 })
    forgetProcess()
    const second = await site.build()
    expect(second.report.totals.from).toEqual({ engine: 0, memory: 0, disk: 9, remote: 0 })
    expect(second.files).toEqual(first.files)
    expect(second.files.map((path) => second.file(path))).toEqual(bytes)
    const third = await site.build()
    expect(third.report.totals.from).toEqual({ engine: 0, memory: 9, disk: 0, remote: 0 })
  })

  test('other settings give other names, which references follow', async () => {
    const site = await createSite(await load(), await ordinarySite())
    const balanced = await site.build()
    const lossless = await site.build({ options: { quality: 'lossless' } })
    const images = (files: readonly string[]) =>
      files.filter((path) => /^assets\/.*\.(jpg|png|gif|webp|avif|svg)$/.test(path))
    expect(images(balanced.files)).toHaveLength(7)
    expect(images(lossless.files).filter((path) => balanced.files.includes(path))).toEqual([])
    await expectReferences(lossless)
    const again = await site.build()
    expect(again.files).toEqual(balanced.files)
  })

  test('a public file that changed under its name ships changed', async () => {
    const site = await createSite(await load(), { 'index.html': '', 'public/a.jpg': await fixture('photo.jpg') })
    const before = (await site.build()).file('a.jpg')
    await site.write({ 'public/a.jpg': await fixture('photo-rotated.jpg') })
    forgetProcess()
    const after = (await site.build()).file('a.jpg')
    expect(after).not.toEqual(before)
    await expectSmaller(after, await fixture('photo-rotated.jpg'))
    expect(await readFile(join(site.root, 'public/a.jpg'))).toEqual(await fixture('photo-rotated.jpg'))
  })

  test('files that cannot be worked on ship as they are, with a reason and one warning each', async () => {
    const names = [
      'broken.jpg',
      'broken.png',
      'empty.png',
      'lfs-pointer.png',
      'mislabelled.png',
      'optimal.png',
      'tiny.png',
    ]
    // The first box of a HEIC, which says what it is, and room for the rest of a picture.
    const heic = Buffer.concat([
      Buffer.from('000000186674797068656963000000006d69663168656963', 'hex'),
      Buffer.alloc(4000),
    ])
    const files: Files = { 'index.html': '', 'public/photo.heic': heic }
    for (const name of names) files[`public/${name}`] = await fixture(name)
    const site = await createSite(await load(), files)
    const expectWarnings = ['broken.jpg', 'broken.png', 'empty.png', 'lfs-pointer.png', 'mislabelled.png']
    const built = await site.build({ expectWarnings })
    expect(built.warnings).toHaveLength(expectWarnings.length)
    for (const name of names.filter((name) => name !== 'mislabelled.png')) {
      expect(built.file(name)).toEqual(await fixture(name))
    }
    await expectSmaller(built.file('mislabelled.png'), await fixture('mislabelled.png'))
    const reasons = Object.fromEntries(built.report.assets.map((line) => [line.path, line.reason]))
    expect(reasons).toEqual({
      'broken.jpg': 'broken-asset',
      'broken.png': 'broken-asset',
      'empty.png': 'broken-asset',
      'lfs-pointer.png': 'lfs-pointer',
      'mislabelled.png': null,
      'optimal.png': expect.stringMatching(/^(no|small)-gain$/),
      'tiny.png': 'too-small',
      'photo.heic': 'unsupported-format',
    })
    expect(built.report.totals.failed).toBe(3)
  })

  test("onError: 'fail' fails the build and names the file; 'keep' is silent", async () => {
    const site = await createSite(await load(), {
      'index.html': '<script type="module" src="./main.js"></script>',
      'main.js': `import a from './broken.jpg'; document.title = a`,
      'broken.jpg': await fixture('broken.jpg'),
    })
    await expect(site.build({ options: { onError: 'fail' } })).rejects.toThrow(
      /broken-.*\.jpg: this jpeg file is damaged/,
    )
    const built = await site.build({ options: { onError: 'keep' } })
    expect(built.report.totals.failed).toBe(1)
    const healed = await site.build({ expectWarnings: ['broken-'] })
    expect(healed.report.totals.failed).toBe(1)
  })

  test('include, exclude, formats and minSize choose', async () => {
    const site = await createSite(await load(), await ordinarySite())
    const built = await site.build({
      options: {
        include: ['img/**', 'public/**'],
        exclude: ['*.gif', /animated/],
        formats: { png: false },
        minSize: 13_000,
      },
    })
    const compressed = built.report.assets.filter((line) => line.outcome === 'compressed').map((line) => line.source)
    expect(compressed.sort()).toEqual(['img/drawing.svg', 'img/page.jpg', 'img/photo.jpg'])
    expect(
      built.report.assets
        .map((line) => line.reason)
        .filter(Boolean)
        .sort(),
    ).toEqual(['excluded', 'excluded', 'excluded', 'excluded', 'too-small', 'too-small'])
  })

  test('the dev server serves sources', async () => {
    const vite = await load()
    const site = await createSite(vite, await ordinarySite())
    const { plugin } = await import('./harness.js')
    const server = await vite.createServer({
      root: site.root,
      configFile: false,
      logLevel: 'silent',
      plugins: plugin(site.root),
      server: { port: 0, host: '127.0.0.1', ws: false } as never,
    })
    try {
      await server.listen()
      const address = server.httpServer?.address()
      const port = typeof address === 'object' ? address?.port : undefined
      const served = await fetch(`http://127.0.0.1:${port}/img/photo.jpg`)
      expect(Buffer.from(await served.arrayBuffer())).toEqual(await fixture('photo.jpg'))
    } finally {
      await server.close()
    }
  })
})

test('icons, bitmaps, scans and animated PNGs ship smaller, and show the same', async () => {
  const moving = await apng(
    64,
    64,
    0,
    [0, 8, 16].map((at) => ({ rect: [at, at, 48, 48], picture: smooth(48, 48), disposal: 1 })),
    smooth(64, 64),
  )
  const sources: Record<string, Buffer> = {
    'public/favicon.ico': ico([16, 32, 48].map((size) => ({ size, data: iconBitmap(flat(size, size)) }))),
    'public/plan.bmp': bmp(flat(120, 64)),
    'public/scan.tiff': tiff(
      [flat(90, 80), smooth(60, 50)].map((page) => ({ fields: rgbFields(page), pixels: rgbOf(page) })),
    ),
    'public/moving.apng': moving,
    'spinner.png': moving,
  }
  const site = await createSite(await import('vite'), {
    'index.html': '<link rel="icon" href="/favicon.ico"><script type="module" src="./main.js"></script>',
    'main.js': `import spinner from './spinner.png?no-inline'; document.title = spinner`,
    ...sources,
  })
  const built = await site.build()
  expect(built.report.totals).toMatchObject({ assets: 5, compressed: 5, failed: 0 })
  const engine = createEngine({ concurrency: 1 })
  for (const { path, source, format, quality } of built.report.assets) {
    const before = sources[source ?? ''] ?? Buffer.alloc(0)
    expect(built.file(path).byteLength, path).toBeLessThan(before.byteLength)
    expect(inspect(built.file(path))).toMatchObject({ format, frames: inspect(before)?.frames })
    expect(await engine.verify(before, built.file(path)), path).toEqual({ ok: true })
    expect(quality).toBe(100)
  }
  await engine.close()
})

/** Every asset that a built page, script or style sheet names is there. */
async function expectReferences(
  built: Awaited<ReturnType<Awaited<ReturnType<typeof createSite>>['build']>>,
): Promise<void> {
  const texts = built.files.filter((path) => /\.(html|js|css)$/.test(path)).map((path) => built.text(path))
  const names = texts.join('\n').match(/[\w-]+\.(?:jpg|png|gif|webp|avif|svg)/g) ?? []
  expect(names.length).toBeGreaterThan(5)
  for (const name of names)
    expect(
      built.files.some((path) => path.endsWith(name)),
      name,
    ).toBe(true)
}
