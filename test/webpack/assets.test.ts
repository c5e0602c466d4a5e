import { createRequire } from 'node:module'
import { join } from 'node:path'
import CopyPlugin from 'copy-webpack-plugin'
import HtmlPlugin from 'html-webpack-plugin'
import MiniCssExtractPlugin from 'mini-css-extract-plugin'
import { describe, expect, test } from 'vitest'
import type { Compiler, Configuration, WebpackPluginInstance } from 'webpack'
import { type Files, fixture, forgetProcess } from '../site.js'
import { expectSmallerDocument } from '../vite/documents.js'
import { expectSmaller } from '../vite/images.js'
import { createSite, kinds } from './harness.js'

const require = createRequire(import.meta.url)

/** One image by each of the ways that images get into a build. */
async function ordinarySite(): Promise<Files> {
  return {
    'page.html': '<!doctype html><title>Site</title><link rel="icon" href="favicon.svg">',
    'main.js': `import './style.css'\nimport photo from './img/photo.jpg'\nimport moving from './img/animated.gif'\ndocument.title = photo + moving + new URL('./img/photo-2.jpg', import.meta.url)`,
    'style.css': 'body { background: url(./img/screenshot.png) } i { background: url("./img/drawing.svg") }',
    'img/photo.jpg': await fixture('photo.jpg'),
    'img/photo-2.jpg': await fixture('photo-2.jpg'),
    'img/animated.gif': await fixture('animated.gif'),
    'img/screenshot.png': await fixture('screenshot.png'),
    'img/drawing.svg': await fixture('drawing.svg'),
    'public/favicon.svg': await fixture('icon.svg'),
    'public/nested/logo.png': await fixture('logo-alpha.png'),
    'public/manual.pdf': await fixture('leaflet.pdf'),
  }
}

/** Emits a file as late as its stage says. */
function lateEmitter(name: string, bytes: Buffer, stage: number) {
  return {
    apply(compiler: Compiler) {
      compiler.hooks.thisCompilation.tap('late', (compilation) => {
        compilation.hooks.processAssets.tap({ name: 'late', stage }, () => {
          compilation.emitAsset(name, new compiler.webpack.sources.RawSource(bytes))
        })
      })
    },
  }
}

describe.each(kinds)('$name', (kind) => {
  const extracting = async (): Promise<Configuration> => {
    const { CssExtractRspackPlugin, CopyRspackPlugin } = await import('@rspack/core')
    const Extract = kind.name === 'webpack' ? MiniCssExtractPlugin : CssExtractRspackPlugin
    const Copy = kind.name === 'webpack' ? CopyPlugin : CopyRspackPlugin
    return {
      module: {
        rules: [
          { test: /\.css$/, use: [Extract.loader, require.resolve('css-loader')] },
          { test: /\.(jpe?g|png|gif|svg)$/, type: 'asset/resource' },
        ],
      },
      plugins: [
        new Extract() as never,
        new Copy({ patterns: ['public'] }) as never,
        new HtmlPlugin({ template: './page.html' }),
        lateEmitter('late.png', await fixture('icon.png'), 1000),
      ],
    }
  }

  test('names that begin with a slash, as those of Next.js, are in the output folder, and each is told once', async () => {
    const site = await createSite(kind, {
      'main.js': `import photo from './photo.jpg'\ndocument.title = photo`,
      'photo.jpg': await fixture('photo.jpg'),
      'loader.cjs': `module.exports = function (content) {
        this.emitFile('/static/media/photo.jpg', content, null)
        return 'export default "/static/media/photo.jpg"'
      }
      module.exports.raw = true`,
    })
    const plugins = [lateEmitter('/static/media/late.png', await fixture('icon.png'), 0)]
    const rules = [{ test: /\.jpg$/, use: [join(site.root, 'loader.cjs')] }]
    const config = { plugins, module: { rules } }
    const built = await site.build({ config })
    const paths = built.report.assets.map(({ path }) => path).toSorted()
    expect(paths).toEqual(['static/media/late.png', 'static/media/photo.jpg'])
    expect(built.report.totals).toMatchObject({ assets: 2, compressed: 2 })
    await expectSmaller(built.file('static/media/photo.jpg'), await fixture('photo.jpg'))
    await expectSmaller(built.file('static/media/late.png'), await fixture('icon.png'))
    const excluded = await site.build({ config, options: { exclude: ['static/media/*'] } })
    expect(excluded.report.totals).toMatchObject({ assets: 2, compressed: 0 })
  })

  test('everything that ships is smaller, looks the same and is where it is looked for', async () => {
    const site = await createSite(kind, await ordinarySite())
    const built = await site.build({ config: await extracting() })
    const sources: Record<string, string | null> = {}
    for (const { path, source, outcome, origin } of built.report.assets) {
      expect(origin, path).toBe(source?.startsWith('public/') ? 'public' : 'bundle')
      sources[source ?? path] = path
      if (path.endsWith('.pdf')) await expectSmallerDocument(built.file(path), await fixture('leaflet.pdf'))
      else {
        expect(outcome, path).toBe('compressed')
        const name = path === 'late.png' ? 'icon.png' : (source?.replace(/^.*\//, '') ?? '')
        await expectSmaller(built.file(path), await fixture(names[name] ?? name))
      }
    }
    expect(Object.keys(sources).sort()).toEqual([
      'img/animated.gif',
      'img/drawing.svg',
      'img/photo-2.jpg',
      'img/photo.jpg',
      'img/screenshot.png',
      'late.png',
      'public/favicon.svg',
      'public/manual.pdf',
      'public/nested/logo.png',
    ])
    expectReferences(built)
    expect(built.infos.join('')).toContain('compress-fast')
  })

  test('copies that minimizers of scripts are told to pass by become smaller', async () => {
    const { CopyRspackPlugin } = await import('@rspack/core')
    const Copy = kind.name === 'webpack' ? CopyPlugin : CopyRspackPlugin
    const photo = await fixture('photo.jpg')
    const site = await createSite(kind, { 'main.js': '', 'public/photo.jpg': photo })
    const patterns = [{ from: 'public', info: { minimized: true } }]
    const built = await site.build({ config: { plugins: [new Copy({ patterns }) as never] } })
    await expectSmaller(built.file('photo.jpg'), photo)
  })

  test('files of a loader that does not say what they are from', async () => {
    const site = await createSite(kind, {
      'main.js': `import photo from './photo.jpg'; document.title = photo`,
      'photo.jpg': await fixture('photo.jpg'),
      'emit.cjs': `module.exports = function (content) {
        this.emitFile('/media/photo.jpg', content)
        return 'export default "/media/photo.jpg"'
      }
      module.exports.raw = true`,
    })
    const rules = [{ test: /\.jpg$/, type: 'javascript/auto', use: join(site.root, 'emit.cjs') }]
    const built = await site.build({ config: { module: { rules } } })
    const source = kind.name === 'webpack' ? 'photo.jpg' : null
    expect(built.report.assets).toMatchObject([{ path: 'media/photo.jpg', source, outcome: 'compressed' }])
    await expectSmaller(built.file('media/photo.jpg'), await fixture('photo.jpg'))
  })

  test('sources in a folder whose name holds what ends a path elsewhere', async () => {
    const files = {
      'c#/main.js': `import photo from './photo.jpg?x'; document.title = photo`,
      'c#/photo.jpg': await fixture('photo.jpg'),
    }
    const site = await createSite(kind, files)
    const options = { include: ['photo.jpg'] }
    const built = await site.build({ options, config: { context: join(site.root, 'c#') } })
    const line = { source: 'photo.jpg', outcome: 'compressed', origin: 'bundle' }
    expect(built.report.assets).toMatchObject([line])
    await expectSmaller(built.file(/jpg$/), await fixture('photo.jpg'))
  })

  test('the next build takes everything from the cache, to the same bytes', async () => {
    const site = await createSite(kind, await ordinarySite())
    const config = await extracting()
    const first = await site.build({ config })
    expect(first.report.totals).toMatchObject({ assets: 9, from: { engine: 9, memory: 0, disk: 0 } })
    forgetProcess()
    const second = await site.build({ config })
    expect(second.report.totals).toMatchObject({ assets: 9, from: { engine: 0, memory: 0, disk: 9 } })
    expect(second.files).toEqual(first.files)
    expect(second.files.map((path) => second.file(path))).toEqual(first.files.map((path) => first.file(path)))
  })

  test.each([
    ['[hash]', true],
    ['[hash]', false],
    ['[contenthash]', true],
    ['[contenthash]', false],
  ])('names with %s follow the bytes, with realContentHash %s', async (hash, realContentHash) => {
    const site = await createSite(kind, {
      'main.js': `import photo from './photo.jpg'; document.title = photo`,
      'photo.jpg': await fixture('photo.jpg'),
    })
    const config: Configuration = {
      output: { assetModuleFilename: `img/[name].${hash}[ext]`, filename: '[name].[contenthash].js' },
      optimization: { realContentHash },
    }
    const balanced = await site.build({ config })
    const lossless = await site.build({ config, options: { quality: 'lossless' } })
    for (const built of [balanced, lossless]) {
      const photo = built.path(/photo/)
      await expectSmaller(built.file(photo), await fixture('photo.jpg'))
      expect(built.text(/main.*js/)).toContain(photo)
      expect(built.report.assets.map((line) => line.path)).toEqual([photo])
    }
    expect(lossless.path(/photo/)).not.toBe(balanced.path(/photo/))
    expect(lossless.path(/main/)).not.toBe(balanced.path(/main/))
    expect((await site.build({ config })).files).toEqual(balanced.files)
  })

  test('an image that becomes small is inlined, and one that is inlined anyway is smaller', async () => {
    const png = await fixture('icon.png')
    const site = await createSite(kind, {
      'main.js': `import a from './screenshot.png'; import b from './photo.jpg?inline'; globalThis.out = [a, b, new URL('data:image/png;base64,${png.toString('base64')}', import.meta.url)]`,
      'screenshot.png': await fixture('screenshot.png'),
      'photo.jpg': await fixture('photo.jpg'),
    })
    const maxSize = (await fixture('screenshot.png')).byteLength - 1
    const config: Configuration = {
      module: {
        rules: [
          { resourceQuery: /inline/, type: 'asset/inline' },
          { test: /\.png$/, type: 'asset', parser: { dataUrlCondition: { maxSize } } },
        ],
      },
    }
    const built = await site.build({ config })
    expect(built.files).toEqual(['main.js'])
    const inlined = [...built.text('main.js').matchAll(/data:image\/\w+;base64,([\w+/=]+)/g)]
    const sizes = inlined.map(([, data = '']) => Buffer.from(data, 'base64').byteLength).sort()
    expect(built.report.assets.map((line) => line.after).sort()).toEqual(sizes)
    expect(built.report.assets.map(({ path, origin, outcome }) => [path, origin, outcome]).sort()).toEqual([
      ['main.js', 'inline', 'compressed'],
      ['photo.jpg', 'inline', 'compressed'],
      ['screenshot.png', 'inline', 'compressed'],
    ])
  })

  test('native CSS', async () => {
    const { 'main.js': _, ...files } = await ordinarySite()
    const site = await createSite(kind, { ...files, 'main.js': `import './style.css'` })
    const config: Configuration = {
      experiments: { css: true },
      module: { rules: [{ test: /\.css$/, type: 'css' }] },
    }
    const built = await site.build({ config })
    expect(built.report.totals).toMatchObject({ assets: 2, compressed: 2 })
    expectReferences(built, 2)
  })

  test('gzip plugins see the bytes that ship', async () => {
    const seen: Record<string, number> = {}
    const gzip = {
      apply(compiler: Compiler) {
        compiler.hooks.thisCompilation.tap('gzip', (compilation) => {
          compilation.hooks.processAssets.tap({ name: 'gzip', stage: 3000 }, () => {
            for (const { name, source } of compilation.getAssets()) seen[name] = source.buffer().byteLength
          })
        })
      },
    }
    const site = await createSite(kind, await ordinarySite())
    const config = await extracting()
    const built = await site.build({ config: { ...config, plugins: [...(config.plugins ?? []), gzip] } })
    for (const { path, after } of built.report.assets) expect(seen[path], path).toBe(after)
  })

  test('a loader of the user comes first', async () => {
    const site = await createSite(kind, {
      'main.js': `import a from './photo.jpg'; document.title = a`,
      'photo.jpg': await fixture('photo.jpg'),
      'photo-2.jpg': await fixture('photo-2.jpg'),
      'other.cjs': `module.exports = function () { return require('fs').readFileSync(__dirname + '/photo-2.jpg') }\nmodule.exports.raw = true`,
    })
    const config: Configuration = {
      module: { rules: [{ test: /\.jpg$/, type: 'asset/resource', use: ['./other.cjs'] }] },
    }
    const built = await site.build({ config })
    await expectSmaller(built.file(/\.jpg$/), await fixture('photo-2.jpg'))
    expect(built.report.totals.from.engine).toBe(1)
  })

  test('text of images, and images that loaders turned into code, stay theirs', async () => {
    const svg = await fixture('drawing.svg')
    const site = await createSite(kind, {
      'main.js': `import text from './drawing.svg?raw'; import component from './drawing.svg'; globalThis.out = [text, component]`,
      'drawing.svg': svg,
      'svgr.cjs': `module.exports = (text) => 'export default ' + JSON.stringify({ length: text.length })`,
    })
    const config: Configuration = {
      module: {
        rules: [
          { test: /\.svg$/, resourceQuery: /raw/, type: 'asset/source' },
          { test: /\.svg$/, resourceQuery: { not: [/raw/] }, use: ['./svgr.cjs'] },
        ],
      },
    }
    const built = await site.build({ config })
    expect(built.report.totals.assets).toBe(0)
    expect(built.text('main.js')).toContain(`length:${svg.toString().length}`)
    expect(new Function(`${built.text('main.js')}; return out[0]`)()).toBe(svg.toString())
  })
})

test('Rspack: what a plugin puts in the place of a file is what ships', async () => {
  const { rspack } = await import('@rspack/core')
  const [rspackKind] = kinds.filter(({ name }) => name === 'Rspack')
  if (!rspackKind) throw new Error('There is no Rspack.')
  const drawing = (await fixture('drawing.svg')).toString()
  const site = await createSite(rspackKind, {
    'main.js': `import a from './drawing.svg'; document.title = a`,
    'drawing.svg': drawing,
  })
  const virtual = drawing.replace('</svg>', '<rect width="7" height="3" fill="#123456"/>\n</svg>')
  const plugin: unknown = new rspack.experiments.VirtualModulesPlugin({ 'drawing.svg': virtual })
  const config: Configuration = {
    plugins: [plugin as WebpackPluginInstance],
    module: { rules: [{ test: /\.svg$/, type: 'asset/resource' }] },
  }
  const built = await site.build({ config })
  const [file] = built.report.assets
  expect(file).toMatchObject({ outcome: 'compressed', before: Buffer.byteLength(virtual) })
  expect(built.text(file?.path ?? '')).toContain('#123456')
})

/** Fixtures by the names that the site gives them. */
const names: Record<string, string> = { 'favicon.svg': 'icon.svg', 'logo.png': 'logo-alpha.png' }

/** Every asset that a built page, script or style sheet names is there. */
function expectReferences(built: Awaited<ReturnType<Awaited<ReturnType<typeof createSite>>['build']>>, least = 5) {
  const texts = built.files.filter((path) => /\.(html|js|css)$/.test(path)).map((path) => built.text(path))
  const found = texts.join('\n').match(/[\w-]+\.(?:jpg|png|gif|svg)/g) ?? []
  expect(found.length).toBeGreaterThanOrEqual(least)
  for (const name of found)
    expect(
      built.files.some((path) => path.endsWith(name)),
      name,
    ).toBe(true)
}
