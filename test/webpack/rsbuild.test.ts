import { join } from 'node:path'
import { createRsbuild, type RsbuildConfig, type RsbuildPlugin } from '@rsbuild/core'
import compress from 'unplugin-compress-fast/rsbuild'
import { expect, onTestFinished, test } from 'vitest'
import { assertWarnings, type Built, type Files, fixture, forgetProcess, read } from '../site.js'
import { expectSmaller } from '../vite/images.js'
import { createSite, kinds } from './harness.js'

const [, rspack] = kinds

async function ordinarySite(): Promise<Files> {
  return {
    'src/index.js': `import './style.css'\nimport photo from './photo.jpg'\nimport inlined from './icon.png?inline'\ndocument.title = photo + inlined`,
    'src/style.css': 'body { background: url(./screenshot.png) }',
    'src/photo.jpg': await fixture('photo.jpg'),
    'src/icon.png': await fixture('icon.png'),
    'src/screenshot.png': await fixture('screenshot.png'),
    'public/nested/logo.png': await fixture('logo-alpha.png'),
    'copied/photo-2.jpg': await fixture('photo-2.jpg'),
  }
}

async function build(
  root: string,
  config: RsbuildConfig = {},
  within = (plugin: RsbuildPlugin): RsbuildPlugin => plugin,
): Promise<Built & { readonly logged: readonly string[] }> {
  const logged: string[] = []
  const { log } = console
  console.log = (...messages) => void logged.push(messages.join(' '))
  onTestFinished(() => {
    console.log = log
  })
  const cache = { dir: join(root, '.cache') }
  const plugins = [within(compress({ effort: 'fast', cache, report: { json: join(root, 'report.json') } }))]
  const output = { copy: [{ from: 'copied' }], ...config.output }
  const rsbuild = await createRsbuild({ cwd: root, rsbuildConfig: { mode: 'production', ...config, output, plugins } })
  const { stats, close } = await rsbuild.build()
  await close()
  const { warnings = [] } = stats?.toJson({ all: false, warnings: true }) ?? {}
  assertWarnings(
    warnings.map(({ message }) => message),
    [],
  )
  return { ...(await read(join(root, 'dist'), join(root, 'report.json'))), logged }
}

test('a build with everything Rsbuild brings along', async () => {
  if (!rspack) throw new Error('no Rspack')
  const site = await createSite(rspack, await ordinarySite())
  const built = await build(site.root)
  await expectSmaller(built.file(/photo\.\w+\.jpg$/), await fixture('photo.jpg'))
  await expectSmaller(built.file(/screenshot\.\w+\.png$/), await fixture('screenshot.png'))
  await expectSmaller(built.file('nested/logo.png'), await fixture('logo-alpha.png'))
  await expectSmaller(built.file('photo-2.jpg'), await fixture('photo-2.jpg'))
  const lines = built.report.assets.map(({ source, origin, outcome }) => [source, origin, outcome])
  expect(lines.sort()).toEqual([
    ['copied/photo-2.jpg', 'public', 'compressed'],
    ['public/nested/logo.png', 'public', 'compressed'],
    ['src/icon.png', 'inline', 'compressed'],
    ['src/photo.jpg', 'bundle', 'compressed'],
    ['src/screenshot.png', 'bundle', 'compressed'],
  ])
  const [, data = ''] = /data:image\/png;base64,([\w+/=]+)/.exec(built.text(/index\.\w+\.js$/)) ?? []
  await expectSmaller(Buffer.from(data, 'base64'), await fixture('icon.png'))
  expect(built.text(/index\.\w+\.js$/)).toContain(built.path(/photo\.\w+\.jpg$/))
  expect(built.text(/\.css$/)).toContain(built.path(/screenshot/).replace(/^.*\//, ''))
  expect(built.logged.filter((line) => line.includes('compress-fast'))).toHaveLength(1)
  forgetProcess()
  const again = await build(site.root)
  expect(again.report.totals).toMatchObject({ assets: 5, from: { engine: 0, disk: 5 } })
  expect(again.files).toEqual(built.files)
})

test.each([
  ['its default', undefined, 'public/nested/logo.png'],
  ['one folder', { name: 'static' }, 'static/mark.png'],
  ['several', [{ name: 'static' }], 'static/mark.png'],
  ['none', false, undefined],
] as const)('public folders as Rsbuild 1 hands them on: %s', async (_, publicDir, source) => {
  if (!rspack) throw new Error('no Rspack')
  const site = await createSite(rspack, { ...(await ordinarySite()), 'static/mark.png': await fixture('icon.png') })
  const server = { publicDir: publicDir as never }
  const asRsbuild1 = (plugin: RsbuildPlugin): RsbuildPlugin => ({
    ...plugin,
    setup: (api) => {
      const getNormalizedConfig = () => ({ ...api.getNormalizedConfig(), server: { publicDir } })
      return plugin.setup({ ...api, getNormalizedConfig } as never)
    },
  })
  const built = await build(site.root, { server }, asRsbuild1)
  const copied = built.report.assets.filter((line) => line.origin === 'public' && line.path !== 'photo-2.jpg')
  expect(copied.map((line) => line.source)).toEqual(source === undefined ? [] : [source])
})

test('browser and server of one application', async () => {
  if (!rspack) throw new Error('no Rspack')
  const site = await createSite(rspack, await ordinarySite())
  const built = await build(site.root, {
    environments: {
      web: {},
      node: { output: { target: 'node', emitAssets: false, distPath: { root: 'dist/server' } } },
    },
  })
  const photo = built.path(/^static.*photo\.\w+\.jpg$/)
  expect(built.text('server/index.js')).toContain(photo)
  expect(built.report.assets.filter((line) => line.source === 'src/photo.jpg').map((line) => line.path)).toEqual([
    photo,
  ])
  expect(built.report.totals.failed).toBe(0)
  expect(built.logged.filter((line) => line.includes('compress-fast'))).toHaveLength(1)
})
