import { execFile } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { repository } from '../../scripts/packages/pack.mjs'
import {
  type Consumer,
  copyFixtures,
  createConsumer,
  packDependencies,
  removeFolder,
  temporaryFolder,
} from './consumer.js'

// The command line as users get it: packed, installed beside nothing else, called through npm.

const run = promisify(execFile)

let tarballs = ''
let consumer: Consumer

beforeAll(async () => {
  tarballs = await temporaryFolder()
  const packed = await packDependencies(tarballs)
  const names = ['compress-fast', 'unplugin-compress-fast', '@compress-fast/engine']
  consumer = await createConsumer(Object.fromEntries(names.map((name) => [name, packed[name] ?? ''])))
  await copyFixtures(consumer.root, { 'dist/photo.jpg': 'photo.jpg', 'dist/img/shot.png': 'screenshot.png' })
  await copyFixtures(consumer.root, { 'dist/leaflet.pdf': 'leaflet.pdf', 'dist/optimal.png': 'optimal.png' })
}, 300_000)
afterAll(() => Promise.all([tarballs, consumer.root].map(removeFolder)))

const compressFast = (...args: readonly string[]) => consumer.npm('exec', '--offline', '--', 'compress-fast', ...args)
const original = (name: string) => readFile(join(repository, 'test/fixtures', name))

test('says which version it is, and how it is used', async () => {
  const { version } = JSON.parse(await readFile(join(repository, 'packages/cli/package.json'), 'utf8'))
  expect((await compressFast('--version')).trim()).toBe(version)
  expect(await compressFast('--help')).toContain('Exit codes')
})

test('makes the files of a folder smaller, and touches none of them the next time', async () => {
  expect(await compressFast('dist')).toContain('3 compressed, 1 kept')
  const file = (name: string) => join(consumer.root, 'dist', name)
  for (const [path, name] of [
    ['photo.jpg', 'photo.jpg'],
    ['img/shot.png', 'screenshot.png'],
  ] as const) {
    const [before, after] = [await original(name), await readFile(file(path))]
    expect(after.length).toBeLessThan(before.length)
    const { width, height, format } = await sharp(before).metadata()
    expect(await sharp(after).metadata()).toMatchObject({ width, height, format })
  }
  expect((await stat(file('leaflet.pdf'))).size).toBeLessThan((await original('leaflet.pdf')).length)
  expect((await readFile(file('optimal.png'))).equals(await original('optimal.png'))).toBe(true)

  const names = ['photo.jpg', 'img/shot.png', 'leaflet.pdf', 'optimal.png']
  const state = () =>
    Promise.all(
      names.map(async (name) => ((found) => [found.ino, found.mtimeNs])(await stat(file(name), { bigint: true }))),
    )
  const untouched = await state()
  expect(await compressFast('dist')).toContain('0 compressed, 4 kept')
  expect(await state()).toEqual(untouched)
})

test('exits with a code for each end', async () => {
  const bin = join(consumer.root, 'node_modules/compress-fast/lib/cli.js')
  const codeOf = (...args: readonly string[]) =>
    run(process.execPath, [bin, ...args], { cwd: consumer.root }).then(
      () => 0,
      (error: { code: number }) => error.code,
    )
  expect(await codeOf('dist', '--check')).toBe(0)
  await copyFixtures(consumer.root, { 'dist/new.jpg': 'photo-2.jpg' })
  expect(await codeOf('dist', '--check')).toBe(1)
  expect(await codeOf('dist', '--qualty', '80')).toBe(2)
})
