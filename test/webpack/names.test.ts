import { join } from 'node:path'
import CopyPlugin from 'copy-webpack-plugin'
import { describe, expect, test } from 'vitest'
import type { Configuration } from 'webpack'
import { fixture, read } from '../site.js'
import { expectSmaller } from '../vite/images.js'
import { configOf, createSite, kinds, run } from './harness.js'

describe.each(kinds)('$name', (kind) => {
  const twoImages = async () => ({
    'main.js': `import a from './img/photo.jpg'; import b from './img/icon.png'; globalThis.out = [a, b]`,
    'img/photo.jpg': await fixture('photo.jpg'),
    'img/icon.png': await fixture('icon.png'),
  })

  test.each<[string, Configuration['module']]>([
    ['a rule', { rules: [{ test: /\.jpg$/, type: 'asset', generator: { filename: 'media/[name].[hash][ext]' } }] }],
    ['a function', { rules: [{ test: /\.jpg$/, type: 'asset', generator: { filename: () => 'media/x.jpg' } }] }],
    [
      'the last of several rules',
      {
        rules: [
          { test: /\.(jpg|png)$/, type: 'asset/resource', generator: { filename: 'other/[name][ext]' } },
          { oneOf: [{ test: /\.jpg$/, type: 'asset/resource', generator: { filename: 'media/[name][ext]' } }] },
        ],
      },
    ],
    [
      'a type of modules',
      {
        rules: [{ test: /\.jpg$/, type: 'asset/resource' }],
        generator: { 'asset/resource': { filename: 'media/[name][ext]' } },
      },
    ],
  ])('globs match the names that %s gives', async (_, { rules = [], ...module } = {}) => {
    const site = await createSite(kind, await twoImages())
    const png = { test: /\.png$/, type: 'asset/resource', generator: { filename: 'other/[name][ext]' } }
    const config: Configuration = { module: { ...module, rules: [png, ...rules] } }
    const built = await site.build({ config, options: { include: 'media/**' } })
    await expectSmaller(built.file(/^media\/\w+.*\.jpg$/), await fixture('photo.jpg'))
    expect(built.file('other/icon.png')).toEqual(await fixture('icon.png'))
  })

  test('rules of the user are left as they were, and can be used twice', async () => {
    const site = await createSite(kind, await twoImages())
    const rule = { test: /\.(jpg|png)$/, type: 'asset/resource', generator: { filename: '[name][ext]' } }
    const config = configOf(site.root, { module: { rules: [rule] } })
    for (const quality of ['balanced', 'lossless'] as const) {
      const before = structuredClone({ ...rule })
      const stats = await run(await kind.load(), {
        ...config,
        plugins: configOf(site.root, {}, { quality }).plugins ?? [],
      })
      expect(stats.hasErrors()).toBe(false)
      expect(rule).toEqual(before)
    }
    const { file } = await read(join(site.root, 'dist'), join(site.root, 'report.json'))
    await expectSmaller(file('photo.jpg'), await fixture('photo.jpg'))
  })

  test('a name that ends in the query of its import is that of one file', async () => {
    const site = await createSite(kind, {
      'main.js': `import a from './photo.jpg?url'; document.title = a`,
      'photo.jpg': await fixture('photo.jpg'),
    })
    const built = await site.build({
      config: { module: { rules: [{ resourceQuery: /url/, type: 'asset/resource' }] } },
    })
    const path = built.path(/\.jpg$/)
    expect(built.report.assets.map(({ path, source, origin }) => [path, source, origin])).toEqual([
      [path, 'photo.jpg', 'bundle'],
    ])
    expect(built.text('main.js')).toContain(`${path}?url`)
  })

  test('imports that ask for different things of one file get the safest', async () => {
    const site = await createSite(kind, {
      'main.js': `import './style.css'; import a from './photo.jpg'; import b from './photo.jpg?compress=lossless'; import c from './photo-2.jpg'; import d from './photo-2.jpg?compress=40'; globalThis.out = [a, b, c, d]`,
      'style.css': 'body { background: url(./photo.jpg?compress=off) }',
      'photo.jpg': await fixture('photo.jpg'),
      'photo-2.jpg': await fixture('photo-2.jpg'),
    })
    const images = { test: /\.(jpg|png)$/, type: 'asset/resource', generator: { filename: 'i/[name][ext]' } }
    const config: Configuration = {
      experiments: { css: true },
      module: { rules: [{ test: /\.css$/, type: 'css' }, images] },
    }
    const built = await site.build({
      config,
      expectWarnings: [
        'Different things are asked for of photo.jpg, which becomes one file, i/photo.jpg',
        'Different things are asked for of photo-2.jpg, which becomes one file, i/photo-2.jpg',
      ],
    })
    expect(built.file('i/photo.jpg')).toEqual(await fixture('photo.jpg'))
    expect(built.report.assets.map(({ path, reason, outcome }) => [path, reason, outcome])).toEqual([
      ['i/photo-2.jpg', null, 'compressed'],
      ['i/photo.jpg', 'excluded', 'kept'],
    ])
    await site.write({ 'main.js': `import d from './photo-2.jpg?compress=40'; document.title = d` })
    const alone = await site.build({ config })
    expect(built.file('i/photo-2.jpg')).toEqual(alone.file('i/photo-2.jpg'))
  })

  test('sources of copied files are found, whatever else has their name', async () => {
    const { CopyRspackPlugin } = await import('@rspack/core')
    const Copy = kind.name === 'webpack' ? CopyPlugin : CopyRspackPlugin
    const site = await createSite(kind, {
      'main.js': '',
      'logo.png': await fixture('logo-alpha.png'),
      'public/logo.png': await fixture('icon.png'),
      'other/mark.svg': await fixture('icon.svg'),
    })
    const patterns = ['public', { from: 'other/mark.svg', to: 'img/[name][ext]' }]
    const built = await site.build({ config: { plugins: [new Copy({ patterns }) as never] } })
    expect(built.report.assets.map(({ path, source, before }) => [path, source, before])).toEqual([
      ['img/mark.svg', 'other/mark.svg', (await fixture('icon.svg')).byteLength],
      ['logo.png', 'public/logo.png', (await fixture('icon.png')).byteLength],
    ])
  })
})
