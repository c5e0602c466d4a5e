import { spawnSync } from 'node:child_process'
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Report } from 'unplugin-compress-fast'
import { describe, expect, test } from 'vitest'
import { contentsOf, drawing, filesIn, program, project, run, write } from './harness.js'

// What file systems, shells and pipes have that nobody thinks of.

const isLinux = process.platform === 'linux'

function reportOf(text: string): Report {
  return JSON.parse(text)
}

test('an empty path is no path, and nothing is touched', async () => {
  const cwd = project()
  write(join(cwd, 'a.svg'), drawing(1))
  for (const args of [[''], ['--check', ''], ['a.svg', '']]) {
    expect(await run(args, { cwd })).toMatchObject({ code: 2, stderr: expect.stringContaining('A path is empty.') })
  }
  expect(readFileSync(join(cwd, 'a.svg'), 'utf8')).toBe(drawing(1))
})

test('names of one file that are all found become smaller each, and the names that are not keep what they have', async () => {
  const cwd = project()
  write(join(cwd, 'dist/a.svg'), drawing(2))
  for (const name of ['dist/b.svg', 'dist/c.svg', 'other.svg']) linkSync(join(cwd, 'dist/a.svg'), join(cwd, name))
  expect(await run(['dist'], { cwd })).toMatchObject({ code: 0, stderr: '' })
  const sizes = ['a', 'b', 'c'].map((name) => statSync(join(cwd, `dist/${name}.svg`)).size)
  expect(sizes.every((size) => size < drawing(2).length)).toBe(true)
  expect(readFileSync(join(cwd, 'other.svg'), 'utf8')).toBe(drawing(2))
})

test.skipIf(!isLinux)('a name that is no UTF-8 is told, ends with 1, and the others become smaller', async () => {
  const cwd = project()
  write(join(cwd, 'dist/a.svg'), drawing(3))
  const odd = Buffer.concat([Buffer.from(join(cwd, 'dist/x')), Buffer.from([0xff, 0xfe]), Buffer.from('.svg')])
  writeFileSync(odd, drawing(4))
  const { code, text, stderr } = await run(['dist', '--json'], { cwd })
  expect([code, stderr]).toEqual([1, expect.stringContaining('could not be read: its name is no UTF-8.')])
  expect(reportOf(text).totals).toMatchObject({ assets: 1, compressed: 1 })
  expect(readFileSync(odd, 'utf8')).toBe(drawing(4))
})

test('what leads to nowhere, to itself or is no file ends with 2 and one line', async () => {
  const cwd = project()
  write(join(cwd, 'img/a.svg'), drawing(5))
  symlinkSync('nowhere', join(cwd, 'dangling.svg'))
  symlinkSync('self.svg', join(cwd, 'self.svg'))
  for (const [path, why] of [
    ['dangling.svg', 'There is no file or folder dangling.svg.'],
    ['self.svg', 'self.svg cannot be looked at: ELOOP'],
    ['x'.repeat(5000), 'cannot be looked at: ENAMETOOLONG'],
    ['img\\a.svg', 'Did you mean img/a.svg?'],
  ] as const) {
    const ended = await run([path], { cwd })
    expect(ended, path).toMatchObject({ code: 2, text: '', stderr: expect.stringContaining(why) })
    expect(ended.stderr).not.toMatch(/^\s+at /m)
  }
})

test.skipIf(!isLinux)(
  'pipes and sockets in a folder are passed by, and links that go in circles are not followed',
  async () => {
    const cwd = project()
    write(join(cwd, 'dist/in/a.svg'), drawing(6))
    expect(spawnSync('mkfifo', [join(cwd, 'dist/b.svg')]).status).toBe(0)
    mkdirSync(join(cwd, 'dist/c.svg'))
    symlinkSync('..', join(cwd, 'dist/in/up'))
    symlinkSync('b.svg', join(cwd, 'dist/d.svg'))
    const ended = await run(['dist', 'dist/**/*', '--json'], { cwd })
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect(reportOf(ended.text).assets.map(({ path }) => path)).toEqual(['dist/in/a.svg'])
    expect(await run(['dist/b.svg'], { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('dist/b.svg is neither a file nor a folder.'),
    })
  },
)

test('a report that cannot be written, or an --out that is a file, ends badly', async () => {
  const cwd = project()
  write(join(cwd, 'dist/a.svg'), drawing(7))
  const out = await run(['dist', '--out', 'package.json'], { cwd })
  expect(out).toMatchObject({ code: 2, stderr: expect.stringContaining('--out needs a folder') })
  expect(readFileSync(join(cwd, 'dist/a.svg'), 'utf8')).toBe(drawing(7))
  const report = await run(['dist', '--html', 'dist'], { cwd })
  expect(report).toMatchObject({ code: 1, stderr: expect.stringContaining('The report could not be written: ') })
  // The work is done all the same.
  expect(statSync(join(cwd, 'dist/a.svg')).size).toBeLessThan(drawing(7).length)
  expect(filesIn(cwd).filter((name) => name.endsWith('.tmp'))).toEqual([])
})

describe.skipIf(!isLinux)('standard output', () => {
  const through = (cwd: string, command: string) => {
    const quoted = `'${process.execPath}' '${program}'`
    const { CI: _, ...env } = process.env
    return spawnSync('bash', ['-c', command.replaceAll('PROGRAM', quoted)], { cwd, env, encoding: 'utf8' })
  }

  test('that is full is told in one line and ends with 1; files in place are done', async () => {
    const cwd = project()
    write(join(cwd, 'dist/a.svg'), drawing(8))
    for (const command of ['PROGRAM - < dist/a.svg > /dev/full', 'PROGRAM dist --json > /dev/full']) {
      const { status, stderr } = through(cwd, command)
      expect([status, stderr]).toEqual([
        1,
        expect.stringMatching(/^compress-fast: Standard output cannot be written to: ENOSPC.*\n$/),
      ])
    }
    expect(statSync(join(cwd, 'dist/a.svg')).size).toBeLessThan(drawing(8).length)
  })

  test('that nobody reads to its end does not leave files half way', async () => {
    const cwd = project()
    // A report of more bytes than a pipe holds.
    for (let index = 0; index < 400; index++) write(join(cwd, `dist/${index}.svg`), drawing(11))
    const { stdout, stderr } = through(cwd, 'set -o pipefail; PROGRAM dist --json | head -n 1; echo $?')
    expect([stdout, stderr]).toEqual(['{\n0\n', ''])
    for (const [name, bytes] of contentsOf(join(cwd, 'dist')))
      expect(bytes.byteLength, name).toBeLessThan(drawing(0).length)
    expect(through(cwd, 'PROGRAM dist >&- 2>&-; echo $?').stdout).toBe('0\n')
    expect(through(cwd, 'PROGRAM - <&- | wc -c').stdout.trim()).toBe('0')
  })
})

test('each command says how it is used, and its cache answers as JSON', async () => {
  const cwd = project()
  for (const [command, own] of [
    ['cache', '--max-size'],
    ['doctor', '--json'],
    ['estimate', '--quality'],
  ] as const) {
    const { code, text } = await run([command, '--help'], { cwd })
    expect([code, text.startsWith(`compress-fast ${command}`), text.includes(own)]).toEqual([0, true, true])
    expect((await run(['help', command], { cwd })).text).toBe(text)
  }
  expect((await run(['cache', 'serve', '--help'], { cwd })).text).toContain('--tokens')
  expect(await run(['help', 'docter'], { cwd })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Did you mean compress-fast help doctor?'),
  })
  write(join(cwd, 'dist/a.svg'), drawing(9))
  await run(['dist', '--quiet'], { cwd })
  const ask = async (action: string): Promise<unknown> =>
    JSON.parse((await run(['cache', action, '--json'], { cwd })).text)
  const dir = join(cwd, 'node_modules/.cache/compress-fast')
  expect(await ask('path')).toEqual({ dir })
  expect(await ask('size')).toMatchObject({ dir, entries: 2, maxSize: 1_073_741_824 })
  expect(await ask('verify')).toEqual({ entries: 2, removed: 0 })
  expect(await ask('prune')).toEqual({ entries: 2, removed: 0 })
  expect(await ask('clear')).toMatchObject({ removed: 2 })
})

test('a cache folder that is none is told in one line', async () => {
  const cwd = project()
  const ended = await run(['cache', 'size', '--cache-dir', 'package.json'], { cwd })
  expect(ended).toMatchObject({ code: 1, text: '', stderr: expect.stringMatching(/^compress-fast: ENOTDIR.*\n$/) })
  write(join(cwd, 'dist/a.svg'), drawing(10))
  expect(await run(['dist', '--cache-dir', 'package.json'], { cwd })).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('a file stands where a folder belongs'),
  })
  expect(readdirSync(cwd).toSorted()).toEqual(['dist', 'package.json'])
  expect(existsSync(join(cwd, 'dist/a.svg'))).toBe(true)
})
