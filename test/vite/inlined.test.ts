import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { type Files, fixture } from '../site.js'
import { expectSmallerDocument } from './documents.js'
import { createSite, vites } from './harness.js'
import { picture } from './images.js'

async function inliningSite(): Promise<Files> {
  return {
    'index.html': `<img src="./icon.png"><script type="module" src="./main.js"></script>`,
    'main.js': `import './style.css'\nimport icon from './icon.png'\nimport drawing from './icon.svg'\nconsole.log(icon, drawing)`,
    'style.css': `body { background: url(./icon.png) } i { background: url(./icon.svg) }`,
    'icon.png': await fixture('icon.png'),
    'icon.svg': await fixture('icon.svg'),
  }
}

describe.each(vites)('$name', ({ load }) => {
  test('images inlined in scripts, style sheets and pages shrink', async () => {
    const site = await createSite(await load(), await inliningSite())
    const built = await site.build()
    const plain = await site.build({ options: { inline: false } })
    const source = await fixture('icon.png')
    for (const kind of [/\.html$/, /\.js$/, /\.css$/]) {
      const [, data = ''] = /data:image\/png;base64,([\w+/=]+)/.exec(built.text(kind)) ?? []
      const icon = Buffer.from(data, 'base64')
      expect(icon.byteLength).toBeLessThan(source.byteLength * 0.9)
      expect(await picture(icon)).toEqual(await picture(source))
      expect(built.text(kind).length).toBeLessThan(plain.text(kind).length)
    }
    for (const kind of [/\.js$/, /\.css$/]) {
      const [, data = ''] = /data:image\/svg\+xml,([^"`]+?)["`]/.exec(built.text(kind)) ?? []
      const drawing = Buffer.from(decodeURIComponent(data))
      expect(drawing.byteLength).toBeLessThan((await fixture('icon.svg')).byteLength)
      expect((await sharp(drawing).metadata()).width).toBe((await sharp(await fixture('icon.svg')).metadata()).width)
    }
    const lines = built.report.assets.filter((line) => line.origin === 'inline')
    expect(lines.map((line) => line.source).sort()).toEqual([
      'icon.png',
      'icon.svg',
      'index.html',
      'style.css',
      'style.css',
    ])
  })

  test('documents that a library inlines shrink too', async () => {
    const leaflet = await fixture('leaflet.pdf')
    const site = await createSite(await load(), {
      'main.js': `import leaflet from './leaflet.pdf'\nexport default leaflet`,
      'leaflet.pdf': leaflet,
    })
    const built = await site.build({
      config: { build: { lib: { entry: 'main.js', formats: ['es'], fileName: 'out' } } },
    })
    const [, data = ''] = /data:application\/pdf;base64,([\w+/=]+)/.exec(built.text(/out/)) ?? []
    await expectSmallerDocument(Buffer.from(data, 'base64'), leaflet)
  })

  test('hashes follow inlined bytes', async () => {
    const site = await createSite(await load(), await inliningSite())
    const kinds = [/\.js$/, /\.css$/]
    const balanced = await site.build()
    const texts = kinds.map(balanced.text)
    const lossless = await site.build({ options: { quality: 'lossless' } })
    for (const [index, kind] of kinds.entries()) {
      expect(digestOf(lossless.text(kind))).not.toBe(digestOf(texts[index] ?? ''))
      expect(lossless.path(kind)).not.toBe(balanced.path(kind))
    }
  })

  test('a library inlines everything, in all its formats and smaller', async () => {
    const site = await createSite(await load(), {
      'index.js': `export { default as photo } from './photo.jpg'\nexport { default as logo } from './logo.png'`,
      'photo.jpg': await fixture('photo.jpg'),
      'logo.png': await fixture('logo-alpha.png'),
    })
    const config = {
      build: { lib: { entry: 'index.js', name: 'lib', formats: ['es' as const, 'umd' as const] }, sourcemap: true },
    }
    const built = await site.build({ config })
    expect(built.files.filter((path) => /\.(jpg|png)$/.test(path))).toEqual([])
    const codes = built.files.filter((path) => /js$/.test(path)).map((path) => built.text(path))
    expect(codes).toHaveLength(2)
    const images = codes.map((code) =>
      [...code.matchAll(/data:image\/\w+;base64,([\w+/=]+)/g)].map(([, data = '']) => data).sort(),
    )
    expect(images[0]).toHaveLength(2)
    expect(images[0]?.map(digestOf)).toEqual(images[1]?.map(digestOf))
    const sizes = (images[0] ?? []).map((data) => Buffer.from(data, 'base64').byteLength)
    expect(Math.max(...sizes)).toBeLessThan((await fixture('photo.jpg')).byteLength)
    const map = JSON.parse(built.text(built.files.find((path) => path.endsWith('.map')) ?? '?'))
    expect(map.sources.join()).toContain('photo.jpg')
  })

  test('a broken inlined image is left alone, without a word', async () => {
    const data = (await fixture('broken.jpg')).toString('base64')
    const site = await createSite(await load(), {
      'index.html': '<script type="module" src="./main.js"></script>',
      'main.js': `console.log("data:image/jpeg;base64,${data}", 'data:image/png;base64,' + 'AAAA')`,
    })
    const built = await site.build()
    expect(built.text(/\.js$/).includes(data)).toBe(true)
  })
})

/** Short texts to compare, where a failure would print the whole image. */
function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
