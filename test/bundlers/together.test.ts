import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import sharp from 'sharp'
import type { Report } from 'unplugin-compress-fast'
import { expect, test } from 'vitest'
import { pickSeed, seeded } from '../faults/workers/random.mjs'
import { fixture, read } from '../site.js'
import type { Driver } from './driver.js'
import { esbuildDriver } from './drivers/esbuild.js'
import { farmDriver } from './drivers/farm.js'
import { rolldownDriver, rollupDriver } from './drivers/rollup.js'
import { rsbuildDriver } from './drivers/rsbuild.js'
import { viteDriver } from './drivers/vite.js'
import { rspackDriver, webpackDriver } from './drivers/webpack.js'
import { createProject, importing } from './project.js'

const run = promisify(execFile)
const seed = pickSeed()

test('a build with one bundler warms the next, and all ship the same bytes', async () => {
  const names = ['photo.jpg', 'screenshot.png', 'animated.gif', 'drawing.svg']
  const project = await createProject({
    'src/main.js': importing(...names.map((name) => `./${name}`)),
    'src/style.css': 'body { color: red }',
  })
  for (const name of names) await project.write({ [`src/${name}`]: await fixture(name) })
  const drivers: Driver[] = [
    webpackDriver,
    viteDriver,
    rollupDriver,
    rolldownDriver,
    rspackDriver,
    rsbuildDriver,
    esbuildDriver,
    farmDriver,
  ]
  let first: { bytes: Map<string, Buffer>; entries: number } | undefined
  for (const driver of drivers) {
    const outDir = `dist-${driver.name}`
    const built = await project.build(driver, { outDirs: [outDir] })
    const bytes = new Map(names.map((name) => [name, built.file(new RegExp(`${name.split('.')[0]}[-.][^/]*$`))]))
    const entries = await countEntries(join(project.root, '.cache'))
    if (first) {
      expect(bytes, driver.name).toEqual(first.bytes)
      expect(entries, driver.name).toBe(first.entries)
      expect(built.report.totals.from, driver.name).toMatchObject({ engine: 0, disk: names.length })
    } else {
      expect(built.report.totals.from).toMatchObject({ engine: names.length, disk: 0 })
      first = { bytes, entries }
    }
  }
})

test(`six builds at once share the work on a cold cache (SEED=${seed})`, { timeout: 240_000 }, async () => {
  const count = 100
  const project = await createProject({})
  const images = await makeImages(join(project.root, 'src'), count)
  await writeFile(join(project.root, 'src/main.js'), importingOnly(images))
  const cache = join(project.root, '.cache')
  const bundlers = ['vite', 'rollup', 'rolldown', 'webpack', 'rspack', 'esbuild']
  const builds = await Promise.all(bundlers.map((bundler) => buildApart(bundler, project.root, cache)))
  const [first, ...others] = builds
  expect(first?.files.size).toBe(count)
  for (const [index, other] of others.entries()) expect(other.files, bundlers[index + 1]).toEqual(first?.files)
  const runs = builds.reduce((sum, { report }) => sum + report.totals.from.engine, 0)
  console.log(`engine runs: ${runs} for ${count} images; ${builds.map(({ report }) => report.totals.from.engine)}`)
  expect(runs).toBeGreaterThanOrEqual(count)
  expect(runs).toBeLessThanOrEqual(1.1 * count)
  for (const { report } of builds) expect(report.totals).toMatchObject({ assets: count, failed: 0 })
})

async function buildApart(bundler: string, root: string, cache: string) {
  const outDir = join(root, `dist-${bundler}`)
  const json = join(root, `${bundler}.json`)
  const script = fileURLToPath(new URL('./workers/build.mjs', import.meta.url))
  const env = { ...process.env, NODE_ENV: 'production' }
  await run(process.execPath, [script, bundler, root, outDir, cache, json], { env, maxBuffer: 2 ** 26 })
  const report: Report = JSON.parse(await readFile(json, 'utf8'))
  const built = await read(outDir, json)
  const paths = built.files.filter((path) => /\.(jpg|png)$/.test(path))
  const files = new Map(
    paths.map((path) => [basename(path).slice(0, 'image-000'.length), built.file(path).toString('base64')]),
  )
  return { report, files }
}

/** Small images, no two the same. */
async function makeImages(folder: string, count: number): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  const random = seeded(seed)
  const [width, height] = [96, 64]
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const tint = [random(), random(), random()]
      const data = new Uint8Array(width * height * 3)
      for (let at = 0; at < data.length; at++) {
        data[at] = 255 * ((tint[at % 3] ?? 0) * 0.6 + (((at / 3) % width) / width) * 0.3 + random() * 0.1)
      }
      const image = sharp(data, { raw: { width, height, channels: 3 } })
      const name = `image-${String(index).padStart(3, '0')}.${index % 2 === 0 ? 'jpg' : 'png'}`
      const bytes = index % 2 === 0 ? image.jpeg({ quality: 97 }) : image.png({ compressionLevel: 0 })
      await writeFile(join(folder, name), await bytes.toBuffer())
      return name
    }),
  )
}

function importingOnly(names: readonly string[]): string {
  const lines = names.map((name, index) => `import image${index} from './${name}'`)
  return `${lines.join('\n')}\nglobalThis.images = [${names.map((_, index) => `image${index}`).join(', ')}]\n`
}

async function countEntries(cache: string): Promise<number> {
  const entries = await readdir(cache, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile() && /^[0-9a-f]{64}$/.test(entry.name)).length
}
