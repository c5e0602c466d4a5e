import { createRequire } from 'node:module'
import { join } from 'node:path'
import MiniCssExtractPlugin from 'mini-css-extract-plugin'
import type { Engine, Outcome } from 'unplugin-compress-fast'
import { EngineUnavailableError } from 'unplugin-compress-fast'
import { describe, expect, test } from 'vitest'
import type { Configuration } from 'webpack'
import { type Files, fixture, forgetProcess } from '../site.js'
import { expectSmaller } from '../vite/images.js'
import { createSite, kinds } from './harness.js'

const require = createRequire(import.meta.url)

async function smallSite(): Promise<Files> {
  return {
    'main.js': `import photo from './photo.jpg'; import icon from './icon.png'; globalThis.out = [photo, icon]`,
    'photo.jpg': await fixture('photo.jpg'),
    'icon.png': await fixture('icon.png'),
  }
}

describe.each(kinds)("$name's own cache on disk", (kind) => {
  const cached = (root: string): Configuration => {
    const directory = join(root, '.bundler-cache')
    const cache =
      kind.name === 'webpack'
        ? { type: 'filesystem', cacheDirectory: directory }
        : { type: 'persistent', storage: { type: 'filesystem', directory } }
    return { cache: cache as never, module: { rules: [{ test: /\.(jpg|png)$/, type: 'asset/resource' }] } }
  }

  test('gives the same bytes and the same report', async () => {
    const site = await createSite(kind, await smallSite())
    const first = await site.build({ config: cached(site.root) })
    expect(first.report.totals).toMatchObject({ assets: 2, compressed: 2, from: { engine: 2 } })
    forgetProcess()
    // No cache of ours can help.
    const second = await site.build({
      config: cached(site.root),
      options: { cache: { dir: join(site.root, 'other') } },
    })
    expect(second.report.totals).toMatchObject({ assets: 2, compressed: 2, from: { engine: 0, disk: 2 } })
    expect(second.report.assets.map(lineOf)).toEqual(first.report.assets.map(lineOf))
    expect(second.files.map((path) => second.file(path))).toEqual(first.files.map((path) => first.file(path)))
  })

  test('knows settings apart', async () => {
    const site = await createSite(kind, await smallSite())
    const config = cached(site.root)
    const balanced = await site.build({ config })
    forgetProcess()
    const lossless = await site.build({ config, options: { quality: 'lossless' } })
    expect(lossless.path(/\.jpg$/)).not.toBe(balanced.path(/\.jpg$/))
    expect(lossless.report.totals.from.engine).toBe(2)
    forgetProcess()
    const again = await site.build({ config })
    expect(again.files).toEqual(balanced.files)
  })

  test('knows the images of style sheets that are taken out of code', async () => {
    const png = (await fixture('palette.png')).toString('base64')
    const site = await createSite(kind, {
      'main.js': `import './style.css'; import './other.css'`,
      'style.css': 'body { background: url(./photo.jpg) } i { background: url(./icon.png) }',
      'other.css': `b { background: url(data:image/png;base64,${png}) }`,
      'photo.jpg': await fixture('photo.jpg'),
      'icon.png': await fixture('icon.png'),
    })
    const { CssExtractRspackPlugin } = await import('@rspack/core')
    const Extract = kind.name === 'webpack' ? MiniCssExtractPlugin : CssExtractRspackPlugin
    const rules = [
      { test: /\.css$/, use: [Extract.loader, require.resolve('css-loader')] },
      { test: /\.(jpg|png)$/, type: 'asset' },
    ]
    const config = (): Configuration => ({
      ...cached(site.root),
      module: { rules },
      plugins: [new Extract() as never],
    })
    // What comes out of the bundler's cache is told of, and not worked on again, whatever our own cache knows.
    const first = await site.build({ config: config(), options: { cache: false } })
    forgetProcess()
    const second = await site.build({ config: config(), options: { cache: false } })
    expect(first.report.totals).toMatchObject({ assets: 3, from: { engine: 3 } })
    expect(second.report.totals).toMatchObject({ assets: 3, from: { engine: 0, disk: 3 } })
    expect(second.report.assets.map(lineOf)).toEqual(first.report.assets.map(lineOf))
    expect(second.files.map((path) => second.file(path))).toEqual(first.files.map((path) => first.file(path)))
    await site.write({ 'style.css': 'body { background: url(./photo.jpg?compress=off) }' })
    forgetProcess()
    const edited = await site.build({ config: config(), options: { cache: false } })
    expect(edited.report.assets.map(({ source, outcome }) => [source, outcome])).toEqual([
      ['photo.jpg', 'kept'],
      ['other.css', 'compressed'],
    ])
  })

  test('never keeps a failure', async () => {
    const site = await createSite(kind, await smallSite())
    let isDown = true
    const engine: Engine = {
      id: 'test',
      version: '1',
      formats: ['jpeg', 'png'],
      async compress(bytes) {
        if (isDown) throw new EngineUnavailableError('the service does not answer.', { hint: 'Try later.' })
        const { default: sharp } = await import('sharp')
        const image = sharp(bytes).keepIccProfile()
        const smaller = bytes[0] === 0x89 ? image.png({ palette: true, colours: 8 }) : image.jpeg({ quality: 50 })
        return { gain: true, bytes: await smaller.toBuffer(), quality: null }
      },
    }
    const config = cached(site.root)
    const options = { engine, minSavings: 0 }
    const down = await site.build({ config, options, expectWarnings: ['the service does not answer'] })
    expect(down.warnings).toHaveLength(1)
    expect(down.report.totals).toMatchObject({ compressed: 0, failed: 2 })
    expect(down.file(/\.jpg$/)).toEqual(await fixture('photo.jpg'))
    isDown = false
    forgetProcess()
    const up = await site.build({ config, options })
    expect(up.report.totals).toMatchObject({ compressed: 2, failed: 0 })
    await expectSmaller(up.file(/\.jpg$/), await fixture('photo.jpg'))
    expect(up.path(/\.jpg$/)).not.toBe(down.path(/\.jpg$/))
  })
})

function lineOf({ path, source, origin, before, after, outcome, digest }: Outcome) {
  return { path, source, origin, before, after, outcome, digest }
}
