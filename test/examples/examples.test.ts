import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, type LoadedImage, openPage } from '../browser.js'
import {
  type Consumer,
  createConsumer,
  installedVersion,
  packDependencies,
  removeFolder,
  temporaryFolder,
} from '../packed/consumer.js'
import { copyExample, devDependenciesOf, type ExampleSite, nameOf, sizesOf } from './sites.js'

const minutes = 60_000
const examples = ['webpack', 'rspack', 'rsbuild', 'rollup', 'rolldown', 'esbuild', 'farm']

let consumer: Consumer
let tarballs: string

beforeAll(async () => {
  tarballs = await temporaryFolder()
  const ours = await packDependencies(tarballs)
  // One installation for all: the examples lie below it, where Node and npm find it as if it were their own.
  const wanted = await Promise.all([...examples, 'vite'].map(devDependenciesOf))
  const tools = {
    typescript: await installedVersion('typescript'),
    '@types/node': await installedVersion('@types/node'),
  }
  consumer = await createConsumer({ ...Object.assign({}, ...wanted), ...tools, ...ours })
}, 5 * minutes)

afterAll(async () => {
  await removeFolder(tarballs)
  if (consumer) await removeFolder(consumer.root)
})

describe.each(examples)('examples/%s', (example) => {
  let site: ExampleSite
  let sources: Map<string, Buffer>
  let printed: string

  beforeAll(async () => {
    site = await copyExample(example, consumer.root)
    sources = new Map([...(await site.images('src')), ...(await site.images('public'))])
    printed = await site.build()
  })

  test('builds without a warning', () => {
    expect(printed).not.toMatch(/warn|\(!\)|error/i)
  })

  test('ships no image that grew, and most that shrank', async () => {
    const built = await site.images('dist')
    for (const [name, bytes] of built) expect(bytes.length, name).toBeLessThanOrEqual(named(sources, name).length)
    const smaller = [...built.keys()].filter((name) => named(built, name).length < named(sources, name).length)
    expect(smaller).toEqual(expect.arrayContaining(['pier', 'harbour', 'lights', 'plan', 'stalls', 'lantern', 'ferry']))
  })

  test('tells of every image what it was and what became of it', async () => {
    const { totals, assets } = await site.report()
    const before = Object.fromEntries(assets.map((asset) => [nameOf(asset.source ?? asset.path), asset.before]))
    expect(before).toEqual(Object.fromEntries([...sources].map(([name, bytes]) => [name, bytes.length])))
    expect(totals).toMatchObject({ failed: 0, kept: 1, compressed: assets.length - 1 })
  })

  test('heeds what single imports ask for', async () => {
    const built = await site.images('dist')
    expect(named(built, 'print').equals(named(sources, 'print')), '?compress=off').toBe(true)
    const [before, after] = await Promise.all([pixels(named(sources, 'plan')), pixels(named(built, 'plan'))])
    expect(after.equals(before), '?compress=lossless').toBe(true)
  })

  test('shows every image as large as its source', async ({ skip }) => {
    if (chromiumPath === undefined) skip('There is no Chromium here: install one, or name it in CHROMIUM_PATH.')
    const { images, backgrounds, failures } = await openPage(`${site.root}/dist`)
    expect(failures).toEqual([])
    const expected = await sizesOf(sources)
    expect({ ...sizesByName(images), ...sizesByName(backgrounds) }).toEqual(expected)
    expect(backgrounds.map(({ src }) => shownName(src)).sort()).toEqual(['lamp', 'pier'])

    const inlined = images.map(({ src }) => src).filter((src) => src.startsWith('data:'))
    expect(inlined).toHaveLength(3)
    for (const address of inlined) expect(address.length).toBeLessThan(named(sources, 'lamp').toString('base64').length)
  })

  test('compresses nothing in a second build', async () => {
    const files = await site.output()
    await site.build()
    const { totals } = await site.report()
    expect(totals.from.engine).toBe(0)
    expect(totals.compressed).toBeGreaterThan(0)
    expect(await site.output()).toEqual(files)
  })
})

/** What an editor must accept in the configuration of each bundler, and what it must refuse. */
const typed = `/// <reference types="unplugin-compress-fast/client" />
import type { UserConfig as FarmConfig } from '@farmfe/core'
import type { RsbuildConfig } from '@rsbuild/core'
import type { Configuration as RspackConfig } from '@rspack/core'
import FromPackage, { CompressFastPlugin } from 'compress-fast-webpack-plugin'
import type { BuildOptions } from 'esbuild'
import esbuildPlugin from 'esbuild-plugin-compress-fast'
import type { RolldownOptions } from 'rolldown'
import type { RollupOptions } from 'rollup'
import rollupPlugin from 'rollup-plugin-compress-fast'
import { createClient, type JobStatus, type ServiceClient } from 'unplugin-compress-fast/client'
import esbuild from 'unplugin-compress-fast/esbuild'
import farm from 'unplugin-compress-fast/farm'
import rolldown from 'unplugin-compress-fast/rolldown'
import rollup from 'unplugin-compress-fast/rollup'
import rsbuild from 'unplugin-compress-fast/rsbuild'
import rspack from 'unplugin-compress-fast/rspack'
import vite from 'unplugin-compress-fast/vite'
import webpack from 'unplugin-compress-fast/webpack'
import type { UserConfig as ViteConfig } from 'vite'
import type { Configuration as WebpackConfig } from 'webpack'
import photo from './photo.jpg?compress=lossless'

export const address: string = photo
export const configs: [ViteConfig, WebpackConfig, WebpackConfig, RspackConfig, RspackConfig, RsbuildConfig, RollupOptions, RolldownOptions, BuildOptions, FarmConfig] = [
  { plugins: [vite({ quality: 'high' })] },
  { plugins: [webpack(), new CompressFastPlugin({ overrides: [{ files: '*.png', quality: 90 }] })] },
  { plugins: [new FromPackage()] },
  { plugins: [rspack()] },
  { plugins: [new CompressFastPlugin()] },
  { plugins: [rsbuild({ dirs: ['copies'] })] },
  { plugins: [rollup(), rollupPlugin()] },
  { plugins: [rolldown()] },
  { plugins: [esbuild(), esbuildPlugin()] },
  { plugins: [farm()] },
]
export const service: ServiceClient = createClient({ url: 'https://compress.example' })
export const status: Promise<JobStatus> = service.status('id').then((job) => job.status)
vite({ engine: 'api', fallback: 'local', deadline: 30, api: { maxCredits: 5, timeout: 60 } })
// @ts-expect-error The service is no stand-in.
vite({ fallback: 'api' })
// @ts-expect-error A limit that does not exist.
vite({ api: { maxCredit: 5 } })
// @ts-expect-error A file needs a name, as its extension decides.
service.submit(new Uint8Array(), {})
// @ts-expect-error A quality that does not exist.
new CompressFastPlugin({ quality: 'good' })
// @ts-expect-error An option that does not exist.
rolldown({ qualty: 80 })
`

test('the types of every entry are those that its bundler takes', async () => {
  const compilerOptions = { module: 'esnext', moduleResolution: 'bundler', target: 'es2022', types: ['node'] }
  const project = { compilerOptions: { ...compilerOptions, strict: true, noEmit: true, skipLibCheck: true } }
  await consumer.write({
    'typed.ts': typed,
    'tsconfig.json': JSON.stringify({ ...project, files: ['typed.ts'] }),
  })
  await consumer.command('typescript/bin/tsc', '-p', 'tsconfig.json')
})

// Another site, with more ways for an image to get into a page.
test('examples/vite shows every image as large as its source, and compresses nothing twice', async ({ skip }) => {
  const site = await copyExample('vite', consumer.root)
  await site.build()
  const { totals } = await site.report()
  expect(totals).toMatchObject({ failed: 0 })
  expect(totals.from.engine).toBeGreaterThan(20)
  await site.build()
  expect((await site.report()).totals.from.engine).toBe(0)

  if (chromiumPath === undefined) skip('There is no Chromium here: install one, or name it in CHROMIUM_PATH.')
  const { images, backgrounds, failures } = await openPage(`${site.root}/dist`)
  expect(failures).toEqual([])
  expect(images.length).toBeGreaterThan(15)
  const { assets } = await site.report()
  const sources = new Map(assets.map(({ path, source }) => [`/${path}`, source]))
  for (const { src, width, height } of [...images, ...backgrounds].filter(({ src }) => !src.startsWith('data:'))) {
    // As a viewer shows it: upright.
    const { autoOrient } = await sharp(`${site.root}/${sources.get(src)}`).metadata()
    expect({ src, width, height }).toEqual({ src, ...autoOrient })
  }
})

function named(images: ReadonlyMap<string, Buffer>, name: string): Buffer {
  const bytes = images.get(name)
  if (!bytes) throw new Error(`There is no image called ${name} among ${[...images.keys()].join(', ')}`)
  return bytes
}

/** The name of a shown image. Only one is small enough to be inlined. */
function shownName(address: string): string {
  return address.startsWith('data:') ? 'lamp' : nameOf(address)
}

function sizesByName(images: readonly LoadedImage[]): Record<string, string> {
  return Object.fromEntries(images.map(({ src, width, height }) => [shownName(src), `${width} × ${height}`]))
}

function pixels(bytes: Buffer): Promise<Buffer> {
  return sharp(bytes).ensureAlpha().raw().toBuffer()
}
