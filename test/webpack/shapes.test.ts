import fs from 'node:fs'
import { copyFile, readFile, rename } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Compiler, Configuration } from 'webpack'
import { assertWarnings, type Files, fixture, read } from '../site.js'
import { expectSmaller } from '../vite/images.js'
import { configOf, createSite, kinds, type plugin, run } from './harness.js'

async function smallSite(): Promise<Files> {
  return {
    'main.js': `import photo from './img/photo.jpg'; document.title = photo`,
    'img/photo.jpg': await fixture('photo.jpg'),
  }
}

describe.each(kinds)('$name', (kind) => {
  test('?compress= says how an import is treated, and nobody else sees it', async () => {
    const site = await createSite(kind, {
      'main.js': `import './style.css'
import plain from './photo.jpg'
import off from './photo.jpg?compress=off'
import lossless from './photo.jpg?compress=lossless'
import small from './photo.jpg?compress=60&keep#part'
globalThis.out = [plain, off, lossless, small, new URL('./icon.png?compress=off', import.meta.url)]`,
      'style.css': 'body { background: url(./drawing.svg?compress=off) }',
      'photo.jpg': await fixture('photo.jpg'),
      'icon.png': await fixture('icon.png'),
      'drawing.svg': await fixture('drawing.svg'),
    })
    const config: Configuration = {
      experiments: { css: true },
      output: { assetModuleFilename: '[name].[hash][ext][query]' },
      module: {
        rules: [
          { test: /\.css$/, type: 'css' },
          { test: /\.(jpg|png|svg)$/, type: 'asset/resource' },
        ],
      },
    }
    const built = await site.build({ config })
    const source = await fixture('photo.jpg')
    const photos = built.report.assets.filter((line) => line.source === 'photo.jpg')
    expect(photos.map((line) => line.reason).filter(Boolean)).toEqual(['excluded'])
    const sizes = photos.map((line) => line.after).sort((a, b) => b - a)
    expect(sizes).toHaveLength(4)
    expect(new Set(sizes).size).toBe(4)
    expect(sizes[0]).toBe(source.byteLength)
    expect(built.file(/icon/)).toEqual(await fixture('icon.png'))
    expect(built.file(/drawing/)).toEqual(await fixture('drawing.svg'))
    const code = built.text('main.js') + built.text(/\.css$/)
    expect(code).not.toContain('compress')
    expect(code).toContain('.jpg?keep')
    for (const file of built.files) expect(code + file).toContain(file.replace('.js', ''))
  })

  test('?compress= in a request with loaders, and one without a meaning', async () => {
    const site = await createSite(kind, {
      'main.js': `import a from '-!./same.cjs!./photo.jpg?compress=off'; import b from './icon.png?compress=tiny'; globalThis.out = [a, b]`,
      'photo.jpg': await fixture('photo.jpg'),
      'icon.png': await fixture('icon.png'),
      'same.cjs': 'module.exports = (bytes) => bytes\nmodule.exports.raw = true',
    })
    const config: Configuration = { module: { rules: [{ test: /\.(jpg|png)$/, type: 'asset/resource' }] } }
    const built = await site.build({ config, expectWarnings: ['`?compress=tiny` in main.js has no meaning'] })
    expect(built.file(/\.jpg$/)).toEqual(await fixture('photo.jpg'))
    expect(built.file(/\.png$/)).toEqual(await fixture('icon.png'))
  })

  test('include and exclude match sources and places in the output', async () => {
    const site = await createSite(kind, {
      'main.js': `import a from './img/photo.jpg'; import b from './img/screenshot.png'; import c from './icon.png'; globalThis.out = [a, b, c]`,
      'img/photo.jpg': await fixture('photo.jpg'),
      'img/screenshot.png': await fixture('screenshot.png'),
      'icon.png': await fixture('icon.png'),
    })
    const config: Configuration = {
      output: { assetModuleFilename: 'media/[name].[hash][ext]' },
      module: { rules: [{ test: /\.(jpg|png)$/, type: 'asset/resource' }] },
    }
    const compressed = async (options: Parameters<typeof plugin>[1]) => {
      const { report } = await site.build({ config, options: options ?? {} })
      return report.assets.filter((line) => line.outcome === 'compressed').map((line) => line.source)
    }
    expect((await compressed({ include: 'img/**' })).sort()).toEqual(['img/photo.jpg', 'img/screenshot.png'])
    expect(await compressed({ include: 'media/*.jpg' })).toEqual(['img/photo.jpg'])
    expect(await compressed({ exclude: ['media/photo*', /screen/] })).toEqual(['icon.png'])
  })

  test('a broken image ships as it is, with one warning; on demand it fails the build', async () => {
    const files = {
      'main.js': `import a from './broken.jpg'; document.title = a`,
      'broken.jpg': await fixture('broken.jpg'),
    }
    const site = await createSite(kind, files)
    const built = await site.build({ expectWarnings: ['broken.jpg: this jpeg file is damaged'] })
    expect(built.warnings).toHaveLength(1)
    expect(built.file(/\.jpg$/)).toEqual(await fixture('broken.jpg'))
    expect(built.report.totals).toMatchObject({ assets: 1, failed: 1 })
    const failing = site.build({ options: { onError: 'fail' } })
    await expect(failing).rejects.toThrow(/broken\.jpg: this jpeg file is damaged/)
    const late = {
      apply: (compiler: Compiler) => {
        compiler.hooks.thisCompilation.tap('late', (compilation) => {
          compilation.hooks.processAssets.tapPromise({ name: 'late', stage: 1000 }, async () => {
            const { RawSource } = compiler.webpack.sources
            compilation.emitAsset('late.jpg', new RawSource(await fixture('broken.jpg')))
          })
        })
      },
    }
    await site.write({ 'main.js': '' })
    const failingLate = site.build({ options: { onError: 'fail' }, config: { plugins: [late] } })
    await expect(failingLate).rejects.toThrow(/late\.jpg: this jpeg file is damaged/)
    expect((await site.build({ options: { onError: 'keep' }, config: { plugins: [late] } })).warnings).toEqual([])
  })

  test('files that others put into the output folder', async () => {
    const site = await createSite(kind, { ...(await smallSite()), 'logo.png': await fixture('logo-alpha.png') })
    const copying = {
      apply: (compiler: Compiler) => {
        compiler.hooks.afterEmit.tapPromise('copy', async () => {
          await copyFile(join(site.root, 'logo.png'), join(site.root, 'dist/logo.png'))
        })
      },
    }
    const built = await site.build({ config: { plugins: [copying] } })
    await expectSmaller(built.file('logo.png'), await fixture('logo-alpha.png'))
    expect(await readFile(join(site.root, 'logo.png'))).toEqual(await fixture('logo-alpha.png'))
    expect(built.report.totals).toMatchObject({ assets: 2, compressed: 2 })
  })

  test.each([
    ['dist/a', 'dist/b', 'a'],
    ['dist', 'dist', 'a'],
    ['dist', 'dist', 'b'],
    ['dist', 'dist/b', 'b'],
  ])('two configurations that write to %s and %s, %s first', async (first, second, earlier) => {
    const site = await createSite(kind, {
      ...(await smallSite()),
      'shot.png': await fixture('screenshot.png'),
      'other.js': `import a from './img/photo.jpg'; import b from './shot.png'; globalThis.out = [a, b]`,
    })
    const infos: string[] = []
    const output = (dir: string) => ({ path: join(site.root, dir), clean: false, filename: '[name].js' })
    const ordered = (name: string) => ({ name, dependencies: name === earlier ? [] : [earlier] })
    const a = { ...ordered('a'), output: output(first), entry: { one: './main.js' } }
    const b = { ...ordered('b'), output: output(second), entry: { two: './other.js' } }
    const stats = await run(await kind.load(), [configOf(site.root, a, {}, infos), configOf(site.root, b, {}, infos)])
    expect(stats.hasErrors()).toBe(false)
    assertWarnings(
      (stats.toJson().warnings ?? []).map(({ message }) => message),
      [],
    )
    const { report, files } = await read(join(site.root, 'dist'), join(site.root, 'report.json'))
    expect(files.filter((path) => path.endsWith('.jpg'))).toHaveLength(second === 'dist' ? 1 : 2)
    expect(report.assets.map((line) => line.outcome)).toEqual(report.assets.map(() => 'compressed'))
    expect(report.totals.from.engine).toBe(2)
    expect(infos.filter((line) => line.includes('compress-fast'))).toHaveLength(1)
  })

  test('two configurations that write one file, by paths from folders of their own', async () => {
    const site = await createSite(kind, await smallSite())
    const output = (dir: string, assets: string) => ({
      path: join(site.root, dir),
      clean: false,
      assetModuleFilename: assets,
    })
    const browser = { name: 'browser', output: output('dist', '[name][ext]') }
    const server = {
      name: 'server',
      output: output('server/pages', '../../dist/[name][ext]'),
      dependencies: ['browser'],
    }
    const stats = await run(await kind.load(), [configOf(site.root, browser), configOf(site.root, server)])
    expect(stats.hasErrors()).toBe(false)
    const { report, file } = await read(join(site.root, 'dist'), join(site.root, 'report.json'))
    const after = file('photo.jpg').byteLength
    expect(report.assets).toMatchObject([{ path: 'photo.jpg', outcome: 'compressed', from: 'engine', after }])
    expect(report.totals).toMatchObject({ assets: 1, after })
  })

  /** Builds once, and again whenever a file is replaced. */
  async function watchSite() {
    const site = await createSite(kind, await smallSite())
    const compiler = (await kind.load())(configOf(site.root, {}))
    const waiting: (() => void)[] = []
    const built = () => new Promise<void>((resolve) => void waiting.push(resolve))
    const look = () => read(join(site.root, 'dist'), join(site.root, 'report.json'))
    const first = built()
    const watching = compiler.watch({ aggregateTimeout: 20 }, (error, stats) => {
      expect(error ?? stats?.hasErrors()).toBe(false)
      waiting.shift()?.()
    })
    await first
    const replace = async (path: string, content: string | Buffer) => {
      const next = built()
      // In one step, as the bundler might otherwise see half a file.
      await site.write({ next: content })
      await rename(join(site.root, 'next'), join(site.root, path))
      await next
      return look()
    }
    return { first: await look(), replace, close: () => new Promise((resolve) => watching.close(resolve)) }
  }

  test('watch mode serves rebuilds from memory', async () => {
    const { first, replace, close } = await watchSite()
    expect(first.report.totals).toMatchObject({ assets: 1, from: { engine: 1 } })
    for (const count of [1, 2, 3]) {
      const again = await replace('main.js', `import photo from './img/photo.jpg'; document.title = photo + ${count}`)
      expect(again.report.totals, `rebuild ${count}`).toMatchObject({ assets: 1, from: { engine: 0, memory: 1 } })
      expect(again.file(/\.jpg$/)).toEqual(first.file(/\.jpg$/))
    }
    await close()
  })

  test('watch mode sees that an image was replaced', async () => {
    const { replace, close } = await watchSite()
    const other = await fixture('photo-2.jpg')
    const again = await replace('img/photo.jpg', other)
    expect(again.report.assets).toMatchObject([{ outcome: 'compressed', before: other.length }])
    await close()
  })

  test('a dev server serves sources, whatever the mode', async () => {
    const site = await createSite(kind, await smallSite())
    const compiler = (await kind.load())(configOf(site.root, {}))
    // As dev servers do, which keep what they serve in memory. This one shows it to us.
    compiler.outputFileSystem = { ...fs }
    await new Promise<void>((resolve, reject) => {
      const watching = compiler.watch({ aggregateTimeout: 20 }, (error) => {
        watching.close(() => (error ? reject(error) : resolve()))
      })
    })
    const { file, report } = await read(join(site.root, 'dist'), join(site.root, 'report.json'))
    expect(file(/\.jpg$/)).toEqual(await fixture('photo.jpg'))
    expect(report).toBeUndefined()
  })

  test('development builds are left alone', async () => {
    const site = await createSite(kind, await smallSite())
    const built = await site.build({ config: { mode: 'development' } })
    expect(built.file(/\.jpg$/)).toEqual(await fixture('photo.jpg'))
    expect(built.report).toBeUndefined()
  })
})

test('require gives the class, by its name too, and options are looked at at once', () => {
  const required = createRequire(import.meta.url)('compress-fast-webpack-plugin')
  expect(required.CompressFastPlugin).toBe(required)
  expect(new required()).toHaveProperty('apply')
  expect(() => new required({ quality: 101 })).toThrow('Option `quality` must be')
})
