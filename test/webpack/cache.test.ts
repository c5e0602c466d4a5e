import { join } from 'node:path'
import type { Engine, Outcome } from 'unplugin-compress-fast'
import { EngineUnavailableError } from 'unplugin-compress-fast'
import { describe, expect, test } from 'vitest'
import type { Configuration } from 'webpack'
import { expectSmaller } from '../vite/images.js'
import { createSite, type Files, fixture, forgetProcess, kinds } from './harness.js'

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
