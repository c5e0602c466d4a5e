import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { inspect } from '@compress-fast/engine/inspect'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fixture, newFolder, newKey, removeFolder, type ServerProcess, startServer } from './harness.js'

const run = promisify(execFile)
/** The public service's own page, if it was saved beside the repository. */
const page = resolve(import.meta.dirname, '../../../../shared/reference/compress-fast-overview.txt')
const readme = resolve(import.meta.dirname, '../README.md')

let folder: string
let server: ServerProcess
let key: string

beforeAll(async () => {
  folder = await newFolder()
  key = (await newKey(folder)).key
  server = await startServer(folder)
})
afterAll(async () => {
  expect(await server.stop()).toBe(0)
  await removeFolder(folder)
})

/** What a script needs that is not here. */
async function missing(): Promise<string | undefined> {
  for (const name of ['bash', 'curl', 'jq']) {
    const found = await run(name, ['--version']).catch(() => undefined)
    if (found === undefined) return name
  }
  return undefined
}

/** Runs a script beside `photo.jpg` and returns what it downloaded. */
async function download(script: string): Promise<Buffer> {
  await copyFile(resolve(import.meta.dirname, '../../../test/fixtures/photo.jpg'), join(folder, 'photo.jpg'))
  const { stderr } = await run('bash', ['-euo', 'pipefail', '-c', script], { cwd: folder })
  expect(stderr).toBe('')
  return readFile(join(folder, 'photo-compressed.jpg'))
}

async function expectSmaller(result: Buffer): Promise<void> {
  const photo = await fixture('photo.jpg')
  expect(result.length).toBeLessThan(photo.length)
  const [before, after] = [inspect(photo), inspect(result)]
  expect([after?.format, after?.width, after?.height]).toEqual(['jpeg', before?.width, before?.height])
}

test('the README’s cURL script compresses a photo', async ({ skip }) => {
  const absent = await missing()
  if (absent) return skip(`${absent} is not installed`)
  const script = /```sh\n(# Compress a photo[\s\S]*?)```/.exec(await readFile(readme, 'utf8'))?.[1]
  if (script === undefined) throw new Error('The README has no cURL script.')
  const told = script.replace('http://127.0.0.1:8787', server.url).replace('fast_prod_your_key', key)
  expect(told).not.toBe(script)
  await expectSmaller(await download(told))
})

test('the public service’s cURL quickstart runs with host and key changed', async ({ skip }) => {
  const absent = existsSync(page) ? await missing() : 'the saved page'
  if (absent) return skip(`${absent} is not here`)
  const script = /Quickstart\s+cURL\n([\s\S]*?)\nC#\n/.exec(await readFile(page, 'utf8'))?.[1]
  if (script === undefined) throw new Error('The page has no cURL quickstart.')
  const told = script.replaceAll('https://api.tools.fast', server.url).replace('fast_prod_your_key_here', key)
  expect(told.includes(server.url) && told.includes(key)).toBe(true)
  await expectSmaller(await download(told))
})
