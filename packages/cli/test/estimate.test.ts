import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startServer } from '../../../test/service/server.js'
import { addFixtures, fixture, looksOf, project, run } from './harness.js'

test('tells what a server would take for what is not in the cache, sends nothing and spends nothing', async () => {
  const server = await startServer()
  onTestFinished(() => server.close())
  const { id, key } = await server.account(50)
  const env = { TOOLS_FAST_API_KEY: key, COMPRESS_FAST_URL: server.url }
  const cwd = project()
  addFixtures(join(cwd, 'dist'), ['icon.png', 'grey.jpg', 'drawing.svg'])
  addFixtures(join(cwd, 'dist/again'), ['icon.png'])
  const before = looksOf(cwd)
  const told = await run(['estimate', 'dist', '--json'], { cwd, env })
  expect(told).toMatchObject({ code: 0, stderr: '' })
  const bytes = fixture('icon.png').byteLength + fixture('grey.jpg').byteLength
  expect(JSON.parse(told.text)).toEqual({ files: 2, bytes, needed: 2, left: 50 })
  expect(await server.spent(id)).toEqual({ charged: 0, reserved: 0 })
  expect(looksOf(join(cwd, 'dist'))).toMatchObject(
    Object.fromEntries(
      Object.entries(before)
        .filter(([path]) => path.startsWith('dist/'))
        .map(([path, looks]) => [path.slice(5), looks]),
    ),
  )

  const done = await run(['dist', '--json'], { cwd, env })
  expect(JSON.parse(done.text).totals).toMatchObject({ credits: 2, failed: 0 })
  expect((await run(['estimate', 'dist', '--json'], { cwd, env })).text).toContain('"files": 0')

  const poor = await server.account(0)
  // What is cut short would not be sent.
  addFixtures(join(cwd, 'more'), ['photo.jpg', 'broken.jpg'])
  const refused = await run(['estimate', 'more'], { cwd, env: { ...env, TOOLS_FAST_API_KEY: poor.key } })
  expect(refused).toMatchObject({ code: 1, text: '1 files, 21.5 kB: 1 credits of 0 that the account has\n' })
})

test('without a key it says how to give one', async () => {
  const ended = await run(['estimate', '.'], { cwd: project() })
  expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining('TOOLS_FAST_API_KEY') })
})
