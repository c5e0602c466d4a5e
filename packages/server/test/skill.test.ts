import { copyFile, readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { newFolder, newKey, removeFolder, startServer } from './harness.js'
import { missing, run } from './shell.js'

const fixtures = resolve(import.meta.dirname, '../../../test/fixtures')
const root = resolve(import.meta.dirname, '..')

test('the commands of SKILL.md do what it says', async ({ skip }) => {
  const absent = await missing('curl', 'awk')
  if (absent) return skip(`${absent} is not installed`)
  const [folder, cwd] = [await newFolder(), await newFolder()]
  const { key } = await newKey(folder)
  const server = await startServer(folder)
  await copyFile(join(fixtures, 'photo.jpg'), join(cwd, 'photo.jpg'))
  await copyFile(join(fixtures, 'logo-alpha.png'), join(cwd, 'a picture.png'))
  const blocks = (await readFile(join(root, 'SKILL.md'), 'utf8')).matchAll(/```sh\n([\s\S]*?)```/g)
  const commands = Array.from(blocks, ([, text]) => text)
  expect(commands.length).toBe(4)
  const env = { TOOLS_FAST_API_KEY: key, COMPRESS_FAST_URL: server.url }
  const { code, out, err } = await run('sh', ['-euc', commands.join('\n')], { cwd, env })
  expect([code, err]).toEqual([0, ''])
  expect(out).toMatch(/^\{.*"totalCredits":500/)
  expect((await readdir(cwd)).toSorted()).toEqual([
    'a picture-compressed.png',
    'a picture.png',
    'compress-fast-api.md',
    'compress-fast.sh',
    'exact',
    'photo-compressed.jpg',
    'photo.jpg',
    'small',
  ])
  const pixels = (name: string) => sharp(join(cwd, name)).ensureAlpha().raw().toBuffer()
  expect((await pixels('exact/a picture.png')).equals(await pixels('a picture.png'))).toBe(true)
  expect(await readFile(join(cwd, 'compress-fast-api.md'), 'utf8')).toBe(await readFile(join(root, 'API.md'), 'utf8'))
  expect(await server.stop()).toBe(0)
  await removeFolder(folder)
  await removeFolder(cwd)
})
