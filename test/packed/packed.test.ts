import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type Consumer,
  copyFixtures,
  createConsumer,
  installedVersion,
  packDependencies,
  removeFolder,
  temporaryFolder,
} from './consumer.js'

const minutes = 60_000

/** Images of the site by their path in it, and the fixture they are. */
const images = {
  'src/photo.jpg': 'photo.jpg',
  'src/screenshot.png': 'screenshot.png',
  'public/drawing.svg': 'drawing.svg',
  'public/animated.gif': 'animated.gif',
}

const site = {
  'index.html': '<script type="module" src="./src/main.js"></script>',
  'src/main.js': `import a from './photo.jpg'; import b from './screenshot.png'; document.title = a + b`,
}

/** The ways to write it down, each with a folder and a report of its own. */
const configs = {
  'vite.config.ts': {
    out: 'dist-plugin',
    text: `import compress from 'vite-plugin-compress-fast'
import { defineConfig } from 'vite'
export default defineConfig({
  plugins: [compress({ report: { json: 'dist-plugin.json' } })],
  build: { outDir: 'dist-plugin' },
})`,
  },
  'core.config.ts': {
    out: 'dist-core',
    text: `import compress from 'unplugin-compress-fast/vite'
import { defineConfig } from 'vite'
export default defineConfig({
  plugins: [compress({ report: { json: 'dist-core.json' } })],
  build: { outDir: 'dist-core' },
})`,
  },
  'vite.config.cjs': {
    out: 'dist-cjs',
    text: `const compress = require('vite-plugin-compress-fast')
module.exports = {
  plugins: [compress({ report: { json: 'dist-cjs.json' } })],
  build: { outDir: 'dist-cjs' },
}`,
  },
}

/** What a user's editor must accept, and, so that nothing is silently \`any\`, what it must refuse. */
const typed = `import type { Plugin } from 'vite'
import { type Options, type Report, resolveOptions } from 'unplugin-compress-fast'
import fromCore from 'unplugin-compress-fast/vite'
import compress from 'vite-plugin-compress-fast'
import { compress as compressBytes } from '@compress-fast/engine'
import { inspect } from '@compress-fast/engine/inspect'

const options: Options = { quality: 'high', formats: { png: { quality: 'lossless' }, svg: false } }
export const plugins: Plugin[][] = [compress(), compress(options), fromCore(options)]
export const total = (report: Report): number => report.totals.before - report.totals.after
export const score: number | 'lossless' = resolveOptions(options).base.quality
export const bytes: Promise<{ bytes: Uint8Array }> = compressBytes(new Uint8Array())
export { inspect }
// @ts-expect-error A quality that does not exist.
compress({ quality: 'good' })
// @ts-expect-error An option that does not exist.
fromCore({ qualty: 80 })
`

const required = `import compress = require('vite-plugin-compress-fast')
compress({ quality: 'high' })
// @ts-expect-error A quality that does not exist.
compress({ quality: 'good' })
`

const tsconfig = (module: string, moduleResolution: string, files: readonly string[]) =>
  JSON.stringify({
    compilerOptions: {
      ...{ module, moduleResolution, target: 'es2022', types: ['node'], strict: true, noEmit: true },
      // Vite's own types are not ours to judge; ours are checked by being used.
      skipLibCheck: true,
    },
    files,
  })

let tarballs = ''
let dependencies: Record<string, string> = {}

beforeAll(async () => {
  tarballs = await temporaryFolder()
  dependencies = await packDependencies(tarballs)
}, 2 * minutes)
afterAll(() => removeFolder(tarballs))

describe.each([
  ['Vite 8', 'vite'],
  ['Vite 7', 'vite7'],
])('installed from tarballs beside %s', (_, vite) => {
  let consumer: Consumer

  beforeAll(async () => {
    const tools = {
      typescript: await installedVersion('typescript'),
      '@types/node': await installedVersion('@types/node'),
    }
    consumer = await createConsumer({ vite: await installedVersion(vite), ...tools, ...dependencies })
    await consumer.write(site)
    await copyFixtures(consumer.root, images)
    for (const [path, { text }] of Object.entries(configs)) await consumer.write({ [path]: text })
  }, 5 * minutes)
  afterAll(() => removeFolder(consumer.root))

  const build = async (config: keyof typeof configs) => {
    const { out } = configs[config]
    const printed = await consumer.command('vite/bin/vite.js', 'build', '--config', config)
    const [report, sizes] = await Promise.all([consumer.report(`${out}.json`), consumer.sizes(out)])
    return { printed, report, sizes }
  }

  test('npm finds nothing missing, and nothing that does not fit', async () => {
    const names = Object.keys(dependencies)
    // `npm ls` fails when a version is missing or is not the one asked for.
    const { dependencies: tree } = JSON.parse(await consumer.npm('ls', '--json', ...names))
    for (const name of names) expect(tree[name].version).toBe(await installedVersion(name))
  })

  test('the first build compresses, and says so', async () => {
    const { printed, report, sizes } = await build('vite.config.ts')
    expect(report.warnings).toEqual([])
    expect(report.totals).toMatchObject({ assets: 4, compressed: 4, kept: 0, failed: 0 })
    expect(report.totals.from).toEqual({ engine: 4, memory: 0, disk: 0, remote: 0 })
    expect(printed).toContain('compress-fast')
    let after = 0
    for (const [path, fixture] of Object.entries(images)) {
      const { size } = await stat(join(consumer.root, path))
      expect(sizes[fixture], fixture).toBeLessThan(size)
      after += sizes[fixture] ?? 0
    }
    expect(report.totals.after).toBe(after)
  })

  test.each(Object.keys(configs) as (keyof typeof configs)[])(
    'a build with %s takes everything from disk and ships the same bytes',
    async (config) => {
      const first = await consumer.sizes('dist-plugin')
      const { report, sizes } = await build(config)
      expect(report.totals).toMatchObject({ compressed: 4, failed: 0 })
      expect(report.totals.from).toEqual({ engine: 0, memory: 0, disk: 4, remote: 0 })
      for (const fixture of Object.values(images)) expect(sizes[fixture], fixture).toBe(first[fixture])
    },
  )

  test.each([
    ['esnext', 'bundler', ['typed.ts']],
    ['node16', 'node16', ['typed.ts']],
    ['nodenext', 'nodenext', ['typed.ts', 'required.cts']],
  ])('types resolve with module %s and moduleResolution %s', async (module, resolution, files) => {
    const project = `tsconfig.${module}.json`
    await consumer.write({ 'typed.ts': typed, 'required.cts': required })
    await consumer.write({ [project]: tsconfig(module, resolution, files) })
    await consumer.command('typescript/bin/tsc', '-p', project)
  })
})
