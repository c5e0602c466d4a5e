import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { drawing, filesIn, project, run, write } from './harness.js'

const keys = /[0-9a-f]{64}$/

test('path, size, verify, prune and clear', async () => {
  const cwd = project()
  const dir = join(cwd, 'node_modules/.cache/compress-fast')
  expect(await run(['cache', 'path'], { cwd })).toMatchObject({ code: 0, text: `${dir}\n` })
  expect((await run(['cache', 'size'], { cwd })).text).toBe(`0 results, 0 B of 1073.74 MB in ${dir}\n`)
  for (const index of [1, 2, 3]) write(join(cwd, `dist/${index}.svg`), drawing(index))
  await run(['dist', '--quiet'], { cwd })
  const entries = filesIn(dir).filter((path) => keys.test(path))
  // A result for each, and that it is one.
  expect(entries).toHaveLength(6)
  const bytes = entries.reduce((sum, path) => sum + statSync(join(dir, path)).size, 0)
  expect((await run(['cache'], { cwd })).text).toContain(`6 results, ${(bytes / 1000).toFixed(1)} kB of`)

  expect(await run(['cache', 'verify'], { cwd })).toMatchObject({ code: 0, text: '6 results looked at, 0 damaged\n' })
  writeFileSync(join(dir, entries[0] ?? ''), 'damaged')
  expect(await run(['cache', 'verify'], { cwd })).toMatchObject({
    code: 1,
    text: '6 results looked at, 1 damaged and removed\n',
  })
  expect(existsSync(join(dir, entries[0] ?? ''))).toBe(false)

  // Those of the last ten minutes may be in use.
  expect((await run(['cache', 'prune', '--max-size', '0'], { cwd })).text).toMatch(/^5 results, 0 removed/)
  for (const path of entries.slice(1, 3)) utimesSync(join(dir, path), 1e9, 1e9)
  expect((await run(['cache', 'prune', '--max-size', '0'], { cwd })).text).toMatch(/^5 results, 2 removed/)

  write(join(dir, 'notes.txt'), 'not ours')
  expect((await run(['cache', 'clear'], { cwd })).text).toMatch(/^3 results removed/)
  expect(readdirSync(dir)).toEqual(['notes.txt'])
})
