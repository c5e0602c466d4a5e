import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, openAddress } from '../browser.js'
import { packDependencies, removeFolder, temporaryFolder } from '../packed/consumer.js'
import { expectSmaller } from '../vite/images.js'
import { imagesOf, nameOf } from './images.js'
import { expectLimits, isFull } from './limits.js'
import { installExample, type Site } from './site.js'

const minutes = 60_000

interface Framework {
  /** The file that our options are in. */
  readonly config: string
  /** Folders that hold images. */
  readonly sources: readonly string[]
  /** What visitors get files from. */
  readonly shipped: string
  /** The command that serves the built site. */
  readonly serve: readonly [string, ...string[]]
  /** Images that ship smaller, by name. The others are too small, or as small as they can be. */
  readonly smaller: readonly string[]
  /** Those of them that also ship compressed by gzip. */
  readonly precompressed: readonly string[]
  /** Code that must compile in the site, where our types are not those of Vite. */
  readonly typed?: string
}

/** The sites that Vite's plugin or a thin host around it takes care of. Astro's has a file of its own. */
const frameworks: Record<string, Framework> = {
  sveltekit: {
    config: 'vite.config.ts',
    sources: ['src', 'static'],
    shipped: 'build/client',
    serve: ['node', 'build'],
    smaller: ['coast', 'forest', 'og', 'phone', 'ridges', 'route'],
    precompressed: ['ridges'],
  },
  'react-router': {
    config: 'vite.config.ts',
    sources: ['app', 'public'],
    shipped: 'build/client',
    serve: ['react-router-serve', 'build/server/index.js'],
    smaller: ['dusk', 'editor', 'harbour', 'lights', 'phone', 'ridges'],
    precompressed: [],
  },
  nuxt: {
    config: 'nuxt.config.ts',
    sources: ['app', 'public'],
    shipped: '.output/public',
    serve: ['node', '.output/server/index.mjs'],
    smaller: ['forest', 'north', 'og', 'phone', 'range', 'rings'],
    precompressed: ['range'],
    typed: `import type { NuxtModule } from '@nuxt/schema'
import compress from 'unplugin-compress-fast/nuxt'
export const module: NuxtModule<any> = compress
// @ts-expect-error A module is not a name.
export const name: string = compress`,
  },
}

let tarballs: string
let ours: Record<string, string>

beforeAll(async () => {
  tarballs = await temporaryFolder()
  ours = await packDependencies(tarballs)
}, 2 * minutes)
afterAll(() => removeFolder(tarballs))

describe.each(Object.entries(frameworks))('examples/%s', (example, framework) => {
  const { config, sources, shipped, serve, smaller, precompressed, typed } = framework
  let site: Site
  let drawn: Map<string, Buffer>

  beforeAll(async () => {
    site = await installExample(example, ours)
    const found = await Promise.all(sources.map(async (folder) => [...imagesOf(await site.files(folder))]))
    drawn = new Map(found.flat().map(([path, bytes]) => [nameOf(path), bytes]))
    await site.run()
  }, 10 * minutes)
  afterAll(() => removeFolder(site.root))

  const shippedImages = async () => imagesOf(await site.files(shipped))

  test('ships the same pictures, none larger and all smaller that can be', async () => {
    const images = await shippedImages()
    const shrunk: string[] = []
    for (const [path, bytes] of images) {
      const source = drawn.get(nameOf(path)) ?? Buffer.alloc(0)
      if (bytes.equals(source)) continue
      await expectSmaller(bytes, source)
      shrunk.push(nameOf(path))
    }
    expect(shrunk.sort()).toEqual(smaller)
  })

  test('reports what it ships', async () => {
    const { totals, assets, warnings } = await site.report()
    expect(warnings).toEqual([])
    expect(totals.failed).toBe(0)
    expect(totals.from.engine).toBeGreaterThan(0)
    for (const [path, { byteLength }] of await shippedImages()) {
      expect(assets.find((asset) => asset.path === path)?.after, path).toBe(byteLength)
    }
  })

  test.runIf(typed !== undefined)('has the type that the framework wants', async () => {
    await writeFile(join(site.root, 'typed.ts'), typed ?? '')
    await site.typeCheck('typed.ts')
  })

  test('precompresses the smaller files', async () => {
    const files = await site.files(shipped)
    const twins = [...files.keys()].filter((path) => path.endsWith('.svg.gz') && smaller.includes(nameOf(path)))
    expect(twins.map(nameOf)).toEqual(precompressed)
    for (const twin of twins) expect(gunzipSync(files.get(twin) ?? '')).toEqual(files.get(twin.slice(0, -3)))
  })

  test.each(['/', '/about'])('shows every image of %s', async (page) => {
    const images = await shippedImages()
    await using server = await site.serve(...serve)
    const html = await (await fetch(server.origin + page)).text()
    // What the server wrote, before a script has had a chance to put it right.
    const addresses = [...html.matchAll(/(?:src|href|content)="(\/[^"]*\.(?:jpg|png|gif|svg|webp))"/g)]
    expect(addresses.length).toBeGreaterThan(0)
    for (const [, address = ''] of addresses) expect([...images.keys()]).toContain(address.slice(1))
    if (chromiumPath === undefined) return
    const seen = await openAddress(server.origin + page)
    expect(seen.failures).toEqual([])
    expect(seen.images.length).toBeGreaterThan(0)
    expect(seen.backgrounds.length).toBeGreaterThan(0)
    for (const { src, width } of [...seen.images, ...seen.backgrounds]) expect(width, src).toBeGreaterThan(0)
  })

  test('takes everything from disk in a second build, and ships the same', async () => {
    const before = await shippedImages()
    await site.run()
    const { totals } = await site.report()
    expect(totals.from).toMatchObject({ engine: 0 })
    expect(totals.from.disk).toBeGreaterThan(0)
    expect(await shippedImages()).toEqual(before)
  })

  // The others end their builds as Vite does.
  test.runIf(isFull && example === 'nuxt')(
    'ends with an error over budget by one byte, and frozen with something new',
    { timeout: 10 * minutes },
    () => expectLimits(site, config),
  )
})
