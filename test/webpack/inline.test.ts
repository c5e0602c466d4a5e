import { describe, expect, test } from 'vitest'
import type { Configuration } from 'webpack'
import { fixture } from '../site.js'
import { expectSmaller } from '../vite/images.js'
import { createSite, kinds } from './harness.js'

describe.each(kinds)('$name', (kind) => {
  const images: Configuration = { module: { rules: [{ test: /\.(jpg|png)$/, type: 'asset' }] } }

  test('code of loaders that inline images', async () => {
    const site = await createSite(kind, {
      'main.js': `import a from './icon.png'; import b from './photo.jpg'; globalThis.out = [a, b]`,
      'icon.png': await fixture('icon.png'),
      'photo.jpg': await fixture('photo.jpg'),
      // What url-loader makes of an image, as a module of either kind.
      'url.cjs': `module.exports = function (bytes) { const type = this.resourcePath.endsWith('g.png') ? 'png' : 'jpeg'
        return (type === 'png' ? 'module.exports = ' : 'export default ') + JSON.stringify('data:image/' + type + ';base64,' + bytes.toString('base64')) }
        module.exports.raw = true`,
    })
    const rules = [{ test: /\.(jpg|png)$/, type: 'javascript/auto', use: ['./url.cjs'] }]
    const built = await site.build({ config: { module: { rules } } })
    const inlined = [...built.text('main.js').matchAll(/data:image\/\w+;base64,([\w+/=]+)/g)]
    const bytes = inlined.map(([, data = '']) => Buffer.from(data, 'base64')).sort((a, b) => a.length - b.length)
    const [icon = Buffer.alloc(0), photo = Buffer.alloc(0)] = bytes
    expect(bytes).toHaveLength(2)
    await expectSmaller(photo, await fixture('photo.jpg'))
    expect(built.report.assets.map(({ path, origin, after }) => [path, origin, after])).toEqual([
      ['icon.png', 'inline', icon.byteLength],
      ['photo.jpg', 'inline', photo.byteLength],
    ])
    const off = await site.build({ config: { module: { rules } }, options: { inline: false } })
    expect(off.text('main.js')).toContain((await fixture('icon.png')).toString('base64'))
  })

  test('`inline: false` touches files only, whose names follow the settings all the same', async () => {
    const site = await createSite(kind, {
      'main.js': `import a from './icon.png'; import b from './photo.jpg'; import c from './photo-2.jpg?compress=off'; globalThis.out = [a, b, c]`,
      'icon.png': await fixture('icon.png'),
      'photo.jpg': await fixture('photo.jpg'),
      'photo-2.jpg': await fixture('photo-2.jpg'),
    })
    const output = { assetModuleFilename: '[name].[hash][ext]' }
    const build = (quality: 'balanced' | 'lossless') =>
      site.build({ config: { ...images, output }, options: { inline: false, quality } })
    const balanced = await build('balanced')
    expect(balanced.text('main.js')).toContain((await fixture('icon.png')).toString('base64'))
    await expectSmaller(balanced.file(/^photo\./), await fixture('photo.jpg'))
    expect(balanced.file(/^photo-2\./)).toEqual(await fixture('photo-2.jpg'))
    expect(balanced.report.assets.map(({ source, origin, outcome }) => [source, origin, outcome]).sort()).toEqual([
      ['photo-2.jpg', 'bundle', 'kept'],
      ['photo.jpg', 'bundle', 'compressed'],
    ])
    const lossless = await build('lossless')
    expect(lossless.path(/^photo\./)).not.toBe(balanced.path(/^photo\./))
    expect(lossless.text('main.js')).toContain(lossless.path(/^photo\./))
  })

  test('images that no code uses are in no code', async () => {
    const site = await createSite(kind, {
      'main.js': `import a from './icon.png'; import b from './palette.png'; import { x } from './lib.js'; globalThis.out = [b, x]`,
      'lib.js': `import a from './optimal.png'; import b from './logo.png'; export const x = b; export const y = a`,
      'icon.png': await fixture('icon.png'),
      'palette.png': await fixture('palette.png'),
      'optimal.png': await fixture('optimal.png'),
      'logo.png': await fixture('logo-alpha.png'),
    })
    const { report, text } = await site.build({ config: images })
    expect(text('main.js').match(/data:image/g)).toHaveLength(2)
    expect(report.assets.map(({ path, origin }) => [path, origin])).toEqual([
      ['logo.png', 'inline'],
      ['palette.png', 'inline'],
    ])
  })
})
