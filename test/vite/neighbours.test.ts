import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import type { Plugin } from 'vite'
import { describe, expect, test } from 'vitest'
import { type Files, fixture } from '../site.js'
import { createSite, vites } from './harness.js'
import { expectSmaller } from './images.js'

/** A page whose only asset is a public one, so that everything else comes from the plugin under test. */
async function plainSite(more: Files = {}): Promise<Files> {
  return {
    'index.html': '<link rel="stylesheet" href="./style.css"><script type="module" src="./main.js"></script>',
    'main.js': `import drawing from './drawing.svg?no-inline'; document.title = drawing`,
    'style.css': 'body { background: url(./photo.jpg) }',
    'drawing.svg': await fixture('drawing.svg'),
    'photo.jpg': await fixture('photo.jpg'),
    'public/logo.png': await fixture('logo-alpha.png'),
    ...more,
  }
}

describe.each(vites)('$name', ({ load }) => {
  test('files that other plugins emit, early, late, as text or by copying, ship smaller', async () => {
    const [png, jpg, svg] = await Promise.all([
      fixture('logo-alpha.png'),
      fixture('photo-2.jpg'),
      fixture('drawing.svg'),
    ])
    const site = await createSite(await load(), { 'index.html': '', 'copied/photo.jpg': await fixture('photo.jpg') })
    const emitting: Plugin[] = [
      {
        name: 'emits-early',
        buildStart() {
          this.emitFile({ type: 'asset', fileName: 'early.png', source: png })
        },
      },
      {
        name: 'emits-text',
        generateBundle() {
          this.emitFile({ type: 'asset', fileName: 'text.svg', source: svg.toString() })
        },
      },
      {
        name: 'emits-late',
        enforce: 'post',
        generateBundle: {
          order: 'post',
          handler() {
            this.emitFile({ type: 'asset', name: 'late.jpg', source: jpg })
          },
        },
      },
      {
        name: 'copies',
        async writeBundle(output) {
          const { cp } = await import('node:fs/promises')
          await cp(join(site.root, 'copied'), join(output.dir ?? '?', 'copied'), { recursive: true })
        },
      },
    ]
    const built = await site.build({ config: { plugins: emitting } })
    await expectSmaller(built.file('early.png'), png)
    await expectSmaller(built.file(/late-.*\.jpg/), jpg)
    expect(built.file('text.svg').byteLength).toBeLessThan(svg.byteLength)
    await expectSmaller(built.file('copied/photo.jpg'), await fixture('photo.jpg'))
    const origins = Object.fromEntries(
      built.report.assets.map((line) => [line.path.split(/[-/.]/).at(-2), line.origin]),
    )
    expect(origins).toMatchObject({ early: 'bundle', text: 'bundle', photo: 'folder' })
    expect(built.report.totals).toMatchObject({ assets: 4, compressed: 4 })
  })

  test('files that are written when the build is done ship smaller', async () => {
    const site = await createSite(await load(), { 'index.html': '', 'sources/photo.jpg': await fixture('photo.jpg') })
    const finishing: Plugin = {
      name: 'writes-at-the-end',
      async closeBundle() {
        const { copyFile } = await import('node:fs/promises')
        await copyFile(join(site.root, 'sources/photo.jpg'), join(site.root, 'dist/favicon.jpg'))
      },
    }
    const built = await site.build({ config: { plugins: [finishing] } })
    await expectSmaller(built.file('favicon.jpg'), await fixture('photo.jpg'))
    expect(built.report.assets.map(({ path, origin }) => [path, origin])).toEqual([['favicon.jpg', 'folder']])
  })

  test('files that another plugin takes out again are not reported', async () => {
    const site = await createSite(await load(), await plainSite())
    const deleting: Plugin = {
      name: 'deletes',
      enforce: 'post',
      generateBundle: {
        order: 'post',
        handler(_, bundle) {
          for (const name of Object.keys(bundle)) if (name.includes('photo')) delete bundle[name]
        },
      },
    }
    const built = await site.build({ config: { plugins: [deleting] } })
    expect(built.report.assets.map(({ path }) => path)).toEqual([built.path(/drawing/), 'logo.png'])
  })

  test('the same bytes under two names ship once, or twice alike', async () => {
    const site = await createSite(await load(), {
      'index.html': '<script type="module" src="./main.js"></script>',
      'main.js': `import a from './a.jpg'; import b from './b.jpg'; document.title = a + b`,
      'a.jpg': await fixture('photo.jpg'),
      'b.jpg': await fixture('photo.jpg'),
    })
    const built = await site.build()
    for (const path of built.files.filter((file) => file.endsWith('.jpg'))) {
      await expectSmaller(built.file(path), await fixture('photo.jpg'))
    }
    expect(built.report.totals.from.engine).toBe(1)
  })

  test('gzip and brotli copies hold the bytes that ship', async () => {
    const { compression } = await import('vite-plugin-compression2')
    const site = await createSite(await load(), await plainSite())
    const zipping = compression({
      algorithms: ['gzip', 'brotliCompress'],
      include: /\.(svg|css|js)$/,
      threshold: 0,
      logLevel: 'silent',
    } as never)
    const built = await site.build({ config: { plugins: [zipping as never] } })
    const drawing = built.file(/drawing-.*\.svg$/)
    expect(drawing.byteLength).toBeLessThan((await fixture('drawing.svg')).byteLength)
    expect(gunzipSync(built.file(/drawing-.*\.svg\.gz$/))).toEqual(drawing)
    expect(brotliDecompressSync(built.file(/drawing-.*\.svg\.br$/))).toEqual(drawing)
  })

  test('integrity attributes hold for the bytes that ship', async () => {
    const { sri } = await import('vite-plugin-sri3')
    const site = await createSite(await load(), {
      ...(await plainSite()),
      'main.js': `import icon from './icon.png'; document.title = icon`,
      'icon.png': await fixture('icon.png'),
    })
    const built = await site.build({ config: { plugins: [sri() as never] } })
    const tags = [...built.text('index.html').matchAll(/(?:src|href)="\/([^"]+)"[^>]*integrity="(\w+)-([^"]+)"/g)]
    expect(tags.length).toBeGreaterThanOrEqual(2)
    for (const [, path = '', algorithm = '', digest] of tags) {
      expect(createHash(algorithm).update(built.file(path)).digest('base64'), path).toBe(digest)
    }
  })
})

describe('Vite 8', () => {
  const [{ load } = { load: () => import('vite') }] = vites

  test('the precache manifest of a PWA holds the revisions of the bytes that ship', async () => {
    const { VitePWA } = await import('vite-plugin-pwa')
    const site = await createSite(await load(), await plainSite())
    const pwa = VitePWA({
      injectRegister: null,
      manifest: false,
      workbox: {
        globPatterns: ['**/*.{html,png,jpg,svg}'],
        mode: 'development',
        inlineWorkboxRuntime: false,
        sourcemap: false,
      },
    })
    const built = await site.build({ config: { plugins: [pwa as never] } })
    const entries = [...built.text('sw.js').matchAll(/"url": "([^"]+)",\s*"revision": (?:"(\w+)"|null)/g)]
    const revisions = new Map(entries.map(([, url = '', revision]) => [url, revision]))
    expect(revisions.get('logo.png')).toBe(createHash('md5').update(built.file('logo.png')).digest('hex'))
    expect([...revisions.keys()]).toContain(built.path(/photo-.*\.jpg/))
    await expectSmaller(built.file('logo.png'), await fixture('logo-alpha.png'))
  })

  test.each(['generateSW', 'injectManifest'] as const)(
    'one revision of each public file, by %s',
    async (strategies) => {
      const { VitePWA } = await import('vite-plugin-pwa')
      const site = await createSite(await load(), {
        ...(await plainSite()),
        'sw.js': 'self.precached = self.__WB_MANIFEST',
        'public/icons/own.jpg': await fixture('photo-2.jpg'),
      })
      const globs = {
        globPatterns: ['**/*.{png,jpg}'],
        additionalManifestEntries: [{ url: 'icons/own.jpg', revision: 'v1' }],
      }
      const pwa = VitePWA({
        strategies,
        srcDir: '.',
        filename: 'sw.js',
        injectRegister: null,
        includeAssets: ['icons/*.jpg'],
        manifest: { icons: [{ src: '/logo.png', sizes: '200x200', type: 'image/png' }] },
        workbox: { ...globs, mode: 'development', inlineWorkboxRuntime: false, sourcemap: false },
        injectManifest: { ...globs, minify: false, rollupFormat: 'iife' },
      })
      const built = await site.build({ config: { plugins: [pwa as never] } })
      const entries = [...built.text('sw.js').matchAll(/\{[^{}]*"?url"?: ?"(logo\.png|icons\/own\.jpg)"[^{}]*\}/g)]
      const revisions = new Map<string, Set<string>>()
      for (const [entry, url = ''] of entries) {
        const [, revision = ''] = /"?revision"?: ?"(\w+)"/.exec(entry) ?? []
        revisions.set(url, new Set([...(revisions.get(url) ?? []), revision]))
      }
      const shipped = (path: string) => createHash('md5').update(built.file(path)).digest('hex')
      expect(revisions.get('logo.png')).toEqual(new Set([shipped('logo.png')]))
      expect(revisions.get('icons/own.jpg')).toEqual(new Set(['v1', shipped('icons/own.jpg')]))
      await expectSmaller(built.file('logo.png'), await fixture('logo-alpha.png'))
    },
  )

  test('legacy and modern scripts find the same images, compressed once', async () => {
    const { default: legacy } = await import('@vitejs/plugin-legacy')
    const site = await createSite(await load(), await plainSite())
    const built = await site.build({
      config: { plugins: [legacy({ targets: ['chrome 60'], modernPolyfills: false, renderModernChunks: true })] },
    })
    const photos = built.files.filter((path) => path.includes('photo'))
    expect(photos).toHaveLength(1)
    await expectSmaller(built.file(photos[0] ?? '?'), await fixture('photo.jpg'))
    const drawing = built.path(/drawing-.*\.svg/)
    const scripts = built.files.filter((path) => /index-.*\.js$/.test(path))
    expect(scripts.length).toBeGreaterThanOrEqual(2)
    for (const script of scripts) expect(built.text(script)).toContain(drawing)
    expect(built.report.totals).toMatchObject({ assets: 3, compressed: 3, from: { engine: 3 } })
  })

  test('a config file in CommonJS can require the plugin', async () => {
    const { createRequire } = await import('node:module')
    const require = createRequire(import.meta.url)
    expect(typeof require('unplugin-compress-fast/vite')).toBe('function')
    expect(typeof require('vite-plugin-compress-fast')).toBe('function')
    expect((await readFile(require.resolve('vite-plugin-compress-fast'), 'utf8')).length).toBeLessThan(500)
  })
})
