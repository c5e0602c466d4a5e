import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { compress } from '@compress-fast/engine'
import { resolveOptions } from 'unplugin-compress-fast'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chromiumPath, openPage } from '../browser.js'
import { packDependencies, removeFolder, temporaryFolder } from '../packed/consumer.js'
import { expectSmaller } from '../vite/images.js'
import { byShape, imagesOf, pixels } from './images.js'
import { expectLimits, isFull } from './limits.js'
import { installExample, type Site } from './site.js'

const minutes = 60_000

/** Ways to build the example, each with a configuration and an output folder of its own. */
const variants = {
  plain: `export default { outDir: './plain' }`,
  'vite-plugin': `import compress from 'unplugin-compress-fast/vite'
export default { outDir: './vite-plugin', vite: { plugins: [compress({ report: { json: 'compress-report.json' } })] } }`,
  server: `import node from '@astrojs/node'
import compress from 'unplugin-compress-fast/astro'
export default {
  outDir: './server',
  adapter: node({ mode: 'standalone' }),
  integrations: [compress({ report: { json: 'compress-report.json' } })],
}`,
}

/** A page that the server makes anew for each visitor, and may encode the image for. */
const onDemand = `---
import { Image } from 'astro:assets'
import badge from '../assets/badge.png'
export const prerender = false
---
<Image src={badge} width={100} alt="" />`

let tarballs: string
let site: Site

beforeAll(async () => {
  tarballs = await temporaryFolder()
  const ours = await packDependencies(tarballs)
  site = await installExample('astro', ours, { '@astrojs/node': '11.1.6' })
  await site.run()
}, 10 * minutes)
afterAll(async () => {
  await removeFolder(tarballs)
  await removeFolder(site.root)
})

const shipped = async (folder: string) => imagesOf(await site.files(folder))

/** Builds a variant with nothing that Astro remembers of others. */
async function build(variant: keyof typeof variants): Promise<string> {
  await rm(join(site.root, 'node_modules/.astro'), { recursive: true, force: true })
  await writeFile(join(site.root, `${variant}.config.mjs`), variants[variant])
  return site.run('astro', 'build', '--config', `${variant}.config.mjs`)
}

test('what ships is what Astro made of the originals, compressed once', async () => {
  await build('plain')
  const made = await byShape(await shipped('plain'))
  const ships = await byShape(await shipped('dist'))
  expect(Object.keys(ships).sort()).toEqual(Object.keys(made).sort())
  const { base } = resolveOptions({})
  const shrunk: string[] = []
  for (const [shape, bytes] of Object.entries(made)) {
    const ship = ships[shape] ?? Buffer.alloc(0)
    if (ship.equals(bytes)) continue
    await expectSmaller(ship, bytes)
    expect((await compress(bytes, base)).bytes, shape).toEqual(new Uint8Array(ship))
    shrunk.push(shape)
  }
  expect(shrunk.map((shape) => shape.split(' ')[0])).toEqual(
    expect.arrayContaining(['dashboard', 'hero', 'og', 'ridges']),
  )
})

test('the report tells of every image', async () => {
  await site.run()
  const { totals, assets, warnings } = await site.report()
  expect(warnings).toEqual([])
  expect(totals).toMatchObject({ failed: 0, from: { engine: 0, memory: 0 } })
  const images = [...(await shipped('dist'))].map(([path, { byteLength }]) => [path, byteLength])
  expect(assets.map(({ path, after }) => [path, after]).sort()).toEqual(images.sort())
})

test.runIf(isFull)(
  'a build ends with an error over budget by one byte, and frozen with something new',
  { timeout: 10 * minutes },
  () => expectLimits(site, 'astro.config.ts'),
)

test('the integration has the type that Astro wants', async () => {
  await site.typeCheck('astro.config.ts')
})

test.each(['/', '/trips/salt-road/'])('every image of %s is shown', async (path) => {
  if (chromiumPath === undefined) return
  const { images, backgrounds, failures } = await openPage(join(site.root, 'dist'), { path })
  expect(failures).toEqual([])
  expect(images.length).toBeGreaterThan(0)
  for (const { src, width } of [...images, ...backgrounds]) expect(width, src).toBeGreaterThan(0)
})

test('the Vite plugin alone leaves everything as it is, and says what to take instead', async () => {
  const printed = await build('vite-plugin')
  expect(printed.split("'unplugin-compress-fast/astro'")).toHaveLength(2)
  expect(await byShape(await shipped('vite-plugin'))).toEqual(await byShape(await shipped('plain')))
})

test('what a server may yet encode from loses nothing', async () => {
  await writeFile(join(site.root, 'src/pages/now.astro'), onDemand)
  await build('server')
  await rm(join(site.root, 'src/pages/now.astro'))
  const source = await readFile(join(site.root, 'src/assets/badge.png'))
  const { [`badge png 240 × 240`]: original } = await byShape(await shipped('server/client'))
  expect(original?.byteLength).toBeLessThan(source.byteLength)
  expect(await pixels(original)).toEqual(await pixels(source))
})
