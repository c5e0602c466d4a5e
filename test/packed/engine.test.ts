import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inspect } from '@compress-fast/engine'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fitsLinux } from '../../scripts/packages/figures.mjs'
import { shippedWith } from '../../scripts/packages/licences.mjs'
import { repository } from '../../scripts/packages/pack.mjs'
import {
  type Consumer,
  createConsumer,
  installedVersion,
  packDependencies,
  removeFolder,
  temporaryFolder,
} from './consumer.js'

// The engine without the plugin: in an empty project, by what its own README says.

const engine = '@compress-fast/engine'

const typed = `import { compress, type CompressResult, createEngine, type Engine } from '${engine}'
import { inspect } from '${engine}/inspect'
import { sniff } from '${engine}/sniff'

export const result: Promise<CompressResult> = compress(new Uint8Array(), { quality: 80, effort: 'fast' })
export const own: Engine = createEngine({ concurrency: 2, memoryBudget: 2 ** 30 })
export const width: number | undefined = inspect(new Uint8Array())?.width
export const format: 'jpeg' | 'png' | null = sniff(new Uint8Array()) === 'jpeg' ? 'jpeg' : null
// @ts-expect-error A quality that does not exist.
compress(new Uint8Array(), { quality: 'good' })
`

let tarballs = ''
let consumer: Consumer

beforeAll(async () => {
  tarballs = await temporaryFolder()
  const { [engine]: tarball = '' } = await packDependencies(tarballs)
  const tools = ['typescript', '@types/node'].map(async (name) => [name, await installedVersion(name)] as const)
  consumer = await createConsumer({ [engine]: tarball, ...Object.fromEntries(await Promise.all(tools)) })
}, 300_000)
afterAll(() => Promise.all([tarballs, consumer.root].map(removeFolder)))

/** The README of the package as it is installed. */
const readme = () => readFile(join(consumer.root, 'node_modules', engine, 'README.md'), 'utf8')

test('the script in the README makes a photo smaller', async () => {
  const script = /```js\n([\s\S]*?)```/.exec(await readme())?.[1] ?? ''
  expect(script.trim().split('\n')).toHaveLength(5)
  const photo = join(consumer.root, 'photo.jpg')
  const source = join(repository, 'test/fixtures/photo.jpg')
  await copyFile(source, photo)
  await consumer.write({ 'shrink.mjs': script })
  expect(await consumer.command('../shrink.mjs')).toBe('')
  const [before, after] = await Promise.all([readFile(source), readFile(photo)])
  expect(after.length).toBeLessThan(before.length)
  expect(inspect(after)).toMatchObject({
    format: 'jpeg',
    width: inspect(before)?.width,
    height: inspect(before)?.height,
  })
  // To the last pixel.
  await sharp(after).stats()
})

test('npm installs as many packages as the README says, and none of ours but this', async () => {
  const lock = JSON.parse(await readFile(join(consumer.root, 'node_modules/.package-lock.json'), 'utf8')).packages
  const installed = shippedWith(lock, [`node_modules/${engine}`])
  expect([...installed.keys()].filter((path) => path.includes('compress-fast'))).toEqual([])
  // Other systems have other binaries, and some of them one more.
  const isLinux = [...installed.values()].every(fitsLinux)
  if (isLinux) expect(await readme()).toContain(`${installed.size} packages in all`)
  expect(installed.size).toBeGreaterThan(3)
})

test('its types resolve where `exports` are read', async () => {
  const compilerOptions = { module: 'nodenext', target: 'es2022', types: ['node'], strict: true, noEmit: true }
  await consumer.write({ 'typed.ts': typed, 'tsconfig.json': JSON.stringify({ compilerOptions, files: ['typed.ts'] }) })
  await consumer.command('typescript/bin/tsc', '-p', 'tsconfig.json')
})
