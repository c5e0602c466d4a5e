import { once } from 'node:events'
import type { BuildContext, Plugin } from 'esbuild'
import { describe, expect, onTestFinished, test } from 'vitest'
import { fixture } from '../site.js'
import { expectSmaller } from '../vite/images.js'
import { createSite, esbuilds } from './harness.js'

const photo = await fixture('photo.jpg')
const rotated = await fixture('photo-rotated.jpg')

function disposed(context: BuildContext): BuildContext {
  onTestFinished(() => context.dispose())
  return context
}

describe.each(esbuilds)('$name', ({ load }) => {
  const esbuild = load()

  test('rebuilds take results from memory, and see images that changed', async () => {
    const site = await createSite(esbuild, {
      'main.js': `import a from './a.jpg'\nimport b from './a.jpg?compress=off'\nconsole.log(a, b)`,
      'a.jpg': photo,
    })
    const context = disposed(await esbuild.context(site.configure({ config: { assetNames: '[hash]' } })))
    await context.rebuild()
    const first = await site.read()
    expect(first.report.totals.from).toMatchObject({ engine: 1 })
    for (let round = 0; round < 3; round++) {
      await context.rebuild()
      const again = await site.read()
      expect(again.files).toEqual(first.files)
      expect(again.report.totals).toMatchObject({ assets: 2, from: { engine: 0, memory: 1 } })
    }
    await site.write({ 'a.jpg': rotated })
    const { outputFiles, warnings } = await context.rebuild()
    expect([outputFiles, warnings]).toEqual([undefined, []])
    const { files, report, file } = await site.read()
    expect(report.totals).toMatchObject({ assets: 2, from: { engine: 1 } })
    const added = files.filter((path) => !first.files.includes(path))
    expect(added).toHaveLength(2)
    expect(added.map((path) => file(path).byteLength).sort((a, b) => a - b)).toEqual(
      report.assets.map((line) => line.after).sort((a, b) => a - b),
    )
    expect(added.some((path) => file(path).equals(rotated))).toBe(true)
  })

  test('watching notices a changed image, whether its bytes were replaced or not', async () => {
    const site = await createSite(esbuild, {
      'main.js': `import a from './a.jpg'\nimport b from './b.jpg?compress=off'\nconsole.log(a, b)`,
      'a.jpg': photo,
      'b.jpg': photo,
    })
    const builds = new EventTarget()
    const last: Plugin = {
      name: 'last',
      setup: (build) => build.onEnd(() => void builds.dispatchEvent(new Event('end'))),
    }
    const configuration = site.configure()
    const plugins = [...(configuration.plugins ?? []), last]
    const context = disposed(await esbuild.context({ ...configuration, plugins }))
    let ended = once(builds, 'end')
    await context.watch()
    await ended
    for (const name of ['a.jpg', 'b.jpg']) {
      ended = once(builds, 'end')
      await site.write({ [name]: rotated })
      await ended
    }
    const { report } = await site.read()
    expect(report.assets.map((line) => line.before)).toEqual([rotated.byteLength, rotated.byteLength])
  })

  test('the server serves what would ship', async () => {
    const site = await createSite(esbuild, { 'main.js': `import a from './a.jpg'\nconsole.log(a)`, 'a.jpg': photo })
    const context = disposed(await esbuild.context(site.configure({ config: { assetNames: '[name]' } })))
    const { port } = await context.serve({ host: '127.0.0.1' })
    const response = await fetch(`http://127.0.0.1:${port}/a.jpg`)
    await expectSmaller(new Uint8Array(await response.arrayBuffer()), photo)
  })

  test('two outputs, several formats and a public path', async () => {
    const site = await createSite(esbuild, {
      'main.js': `import a from './a.jpg'\nexport default a\nexport const lazy = () => import('./lazy.js')`,
      'lazy.js': `import a from './a.jpg'\nexport default a`,
      'a.jpg': photo,
    })
    const [esm, cjs] = await Promise.all([
      site.build({ config: { outdir: 'esm', splitting: true, publicPath: 'https://cdn.example/' } }),
      site.build({ config: { outdir: 'cjs', format: 'cjs' } }),
    ])
    expect(esm.file(/jpg$/)).toEqual(cjs.file(/jpg$/))
    await expectSmaller(esm.file(/jpg$/), photo)
    expect(esm.text(/^chunk-/)).toContain(`"https://cdn.example/${esm.path(/jpg$/)}"`)
    const { report } = await site.read()
    expect(report.assets).toHaveLength(2)
    expect(report.totals.from.engine).toBe(1)
  })
})
