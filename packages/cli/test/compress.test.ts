import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Report } from 'unplugin-compress-fast'
import compressPlugin from 'unplugin-compress-fast/vite'
import { build } from 'vite'
import { describe, expect, test } from 'vitest'
import { addFixtures, contentsOf, drawing, filesIn, fixture, looksOf, project, run, start, write } from './harness.js'

const names = [
  'icon.png',
  'grey.jpg',
  'drawing.svg',
  'still.gif',
  'leaflet.pdf',
  'optimal.png',
  'tiny.png',
  'broken.jpg',
]
const isRoot = process.getuid?.() === 0

function reportOf(text: string): Report {
  return JSON.parse(text)
}

test('ships the same bytes as the plugin, and a second run touches nothing', async () => {
  const cwd = project()
  addFixtures(join(cwd, 'public'), names)
  addFixtures(join(cwd, 'dist'), names)
  write(join(cwd, 'index.html'), '<p>')
  const plugin = compressPlugin({ effort: 'fast', cache: { dir: 'own' }, onError: 'keep', report: false })
  await build({ root: cwd, configFile: false, logLevel: 'silent', plugins: [plugin], build: { outDir: 'built' } })

  const first = await run(['dist', '--effort', 'fast', '--on-error', 'keep'], { cwd })
  expect(first).toMatchObject({ code: 0, stderr: '' })
  expect(first.text).toContain('5 compressed, 2 kept, 1 failed')
  const shipped = contentsOf(join(cwd, 'built'))
  for (const [name, bytes] of contentsOf(join(cwd, 'dist')))
    expect(bytes.equals(shipped.get(name) ?? bytes.subarray(1)), name).toBe(true)
  expect(readFileSync(join(cwd, 'dist/icon.png')).byteLength).toBeLessThan(fixture('icon.png').byteLength)

  const before = looksOf(join(cwd, 'dist'))
  const second = await run(['dist', '--effort', 'fast', '--on-error', 'keep', '--json'], { cwd })
  expect(looksOf(join(cwd, 'dist'))).toEqual(before)
  expect(reportOf(second.text).totals).toMatchObject({ compressed: 0, kept: 7, failed: 1, from: { engine: 0 } })
})

test('a replaced file keeps its mode and times, and another name of it its bytes', async () => {
  const cwd = project()
  write(join(cwd, 'a.svg'), drawing(1))
  chmodSync(join(cwd, 'a.svg'), 0o666)
  const then = new Date('2020-02-03T04:05:06Z')
  utimesSync(join(cwd, 'a.svg'), then, then)
  linkSync(join(cwd, 'a.svg'), join(cwd, 'other.name'))
  expect(await run(['a.svg'], { cwd })).toMatchObject({ code: 0, stderr: '' })
  const stats = statSync(join(cwd, 'a.svg'))
  expect([stats.mode & 0o777, stats.mtimeMs]).toEqual([0o666, then.getTime()])
  expect(stats.size).toBeLessThan(drawing(1).length)
  expect(readFileSync(join(cwd, 'other.name'), 'utf8')).toBe(drawing(1))
})

test('links inside of folders are not followed; one that is named is, and stays a link', async () => {
  const cwd = project()
  write(join(cwd, 'outside/a.svg'), drawing(2))
  write(join(cwd, 'named/b.svg'), drawing(3))
  mkdirSync(join(cwd, 'dist'))
  symlinkSync('../outside', join(cwd, 'dist/folder'))
  symlinkSync('../outside/a.svg', join(cwd, 'dist/a.svg'))
  symlinkSync('named/b.svg', join(cwd, 'b.svg'))
  const ended = await run(['dist', 'dist/**/*.svg', 'b.svg', '--json'], { cwd })
  expect(ended.code).toBe(0)
  expect(reportOf(ended.text).assets.map(({ path }) => path)).toEqual(['b.svg'])
  expect(readFileSync(join(cwd, 'outside/a.svg'), 'utf8')).toBe(drawing(2))
  expect(lstatSync(join(cwd, 'b.svg')).isSymbolicLink()).toBe(true)
  expect(readFileSync(join(cwd, 'named/b.svg')).byteLength).toBeLessThan(drawing(3).length)
})

test('names with newlines, quotes and spaces are names, and do not reach the terminal as they are', async () => {
  const cwd = project()
  const odd = ['a\nb.svg', 'sub\nfolder/c.svg', "it's *.svg", '[x] {y}.svg', ' \u001B[31m.svg']
  for (const [index, name] of odd.entries()) write(join(cwd, 'dist', name), drawing(10 + index))
  const ended = await run(['dist', 'dist/[x] {y}.svg'], { cwd })
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  expect(ended.text).toContain('5 files')
  expect(ended.text).not.toContain('\u001B')
  for (const [name, bytes] of contentsOf(join(cwd, 'dist')))
    expect(bytes.byteLength, name).toBeLessThan(drawing(10).length)
})

test('globs, what they leave out, and files that are named twice', async () => {
  const cwd = project()
  for (const name of ['img/a.svg', 'img/b.svg', 'img/raw/c.svg', 'other/d.svg', 'node_modules/e.svg']) {
    write(join(cwd, name), drawing(20))
  }
  const ended = await run(['**/*.svg', 'img', '!img/raw/**', '--exclude', 'd.svg', '--dry-run', '--json'], { cwd })
  const outcomes = reportOf(ended.text).assets.map(({ path, reason }) => [path, reason])
  expect(outcomes).toEqual([
    ['img/a.svg', null],
    ['img/b.svg', null],
    ['img/raw/c.svg', 'excluded'],
    ['other/d.svg', 'excluded'],
  ])
  expect(ended.stderr).toBe('')
})

test('--out writes what was looked at to another folder, and sources stay', async () => {
  const cwd = project()
  write(join(cwd, 'in/a/b.svg'), drawing(30))
  addFixtures(join(cwd, 'in'), ['optimal.png'])
  write(join(cwd, 'in/page.html'), '<p>')
  const before = looksOf(join(cwd, 'in'))
  expect(await run(['in', '-o', 'in/out'], { cwd })).toMatchObject({ code: 0, stderr: '' })
  expect(filesIn(join(cwd, 'in/out'))).toEqual(['a/b.svg', 'optimal.png'])
  expect(readFileSync(join(cwd, 'in/out/a/b.svg')).byteLength).toBeLessThan(drawing(30).length)
  expect(readFileSync(join(cwd, 'in/out/optimal.png')).equals(fixture('optimal.png'))).toBe(true)
  const written = looksOf(join(cwd, 'in/out'))
  expect(await run(['in', '-o', 'in/out'], { cwd })).toMatchObject({ code: 0 })
  expect(looksOf(join(cwd, 'in/out'))).toEqual(written)
  expect(looksOf(join(cwd, 'in'))).toMatchObject(before)

  write(join(cwd, 'two/b.svg'), drawing(31))
  const twice = await run(['in/a', 'two', '--out', 'flat'], { cwd })
  expect(twice.code).toBe(2)
  expect(twice.stderr).toContain('in/a/b.svg and two/b.svg would both become b.svg')
})

test('--check and --budget say so with the exit code, by the byte; reports are written', async () => {
  const cwd = project()
  write(join(cwd, 'dist/a.svg'), drawing(40))
  const before = looksOf(cwd)
  const checked = await run(['dist', '--check'], { cwd })
  expect(checked.code).toBe(1)
  expect(checked.stderr).toContain('1 file would become smaller')
  expect(looksOf(join(cwd, 'dist'))['a.svg']).toBe(before['dist/a.svg'])

  const reports = ['--json', 'r.json', '--html', 'r.html', '--markdown', 'r.md']
  expect((await run(['dist', ...reports], { cwd })).code).toBe(0)
  const page = readFileSync(join(cwd, 'r.html'), 'utf8')
  expect(page.includes(Buffer.from(drawing(40)).toString('base64'))).toBe(true)
  expect(readFileSync(join(cwd, 'r.md'), 'utf8')).toContain('a.svg')
  const { after } = reportOf(readFileSync(join(cwd, 'r.json'), 'utf8')).totals
  expect((await run(['dist', '--check', '--budget', `*.svg=${after}`], { cwd })).code).toBe(0)
  const over = await run(['dist', '--budget', `${after - 1}`], { cwd })
  expect(over.code).toBe(1)
  expect(over.stderr).toContain('1 budget is exceeded')
})

test('--lock notes results, and --frozen takes them or names what is missing', async () => {
  const cwd = project()
  for (const name of ['a.svg', 'b.svg']) write(join(cwd, `in/${name}`), drawing(name === 'a.svg' ? 40 : 50))
  const lock = join(cwd, 'compress-fast.lock')
  expect(await run(['in', '--lock', '--dry-run'], { cwd })).toMatchObject({ code: 0 })
  expect(existsSync(lock)).toBe(false)
  expect(await run(['in', '--lock', '--out', 'out'], { cwd })).toMatchObject({ code: 0 })
  const locked = readFileSync(lock, 'utf8')
  expect([...locked.matchAll(/^\{"file":"([^"]+)"/gm)].map(([, file]) => file).toSorted()).toEqual([
    'in/a.svg',
    'in/b.svg',
  ])
  expect(await run(['in', '--frozen', '--out', 'again'], { cwd })).toMatchObject({ code: 0 })
  expect(readFileSync(join(cwd, 'again/a.svg'))).toEqual(readFileSync(join(cwd, 'out/a.svg')))
  // In place: what is its own result stays locked under what it was made from.
  expect(await run(['in'], { cwd })).toMatchObject({ code: 0 })
  expect(await run(['in'], { cwd })).toMatchObject({ code: 0 })
  expect(readFileSync(lock, 'utf8')).toBe(locked)
  expect(await run(['in', '--frozen'], { cwd })).toMatchObject({ code: 0 })
  write(join(cwd, 'in/c.svg'), drawing(60))
  const missing = await run(['in', '--frozen'], { cwd })
  expect(missing.code).toBe(1)
  expect(missing.stderr).toMatch(/1 file would have to be compressed:\s+not in compress-fast\.lock:\s+in\/c\.svg/)
  expect(readFileSync(lock, 'utf8')).toBe(locked)
})

test('--on-error fail ends with 1 and names the file; by default it is a warning', async () => {
  const cwd = project()
  addFixtures(join(cwd, 'dist'), ['broken.jpg'])
  expect(await run(['dist', '--on-error', 'fail'], { cwd })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('dist/broken.jpg'),
  })
  expect(await run(['dist'], { cwd })).toMatchObject({ code: 0, stderr: expect.stringContaining('dist/broken.jpg') })
})

describe('a command line without a meaning', () => {
  test.each([
    [['nowhere'], 'There is no file or folder nowhere.'],
    [['docter'], 'Did you mean compress-fast doctor?'],
    [['.', '--qualty', 'high'], 'Did you mean --quality?'],
    [['.', '--quality'], '--quality needs a value'],
    [['.', '--quality', '--check'], '--quality needs a value'],
    [['.', '--quality', 'best'], 'Option `quality` must be'],
    [['.', '--check=yes'], '--check takes no value'],
    [['.', '--out', 'x', '--check'], '--out writes'],
    [['.', '--out', '.'], 'is where the files are'],
    [['.', '--resize', '50%'], 'smaller still with each run'],
    [['-', 'a.svg'], 'goes with no other path'],
    [['cache', 'burn'], 'A cache cannot burn.'],
    [[], 'Which files?'],
  ])('%j ends with 2 and says why', async (args, why) => {
    const ended = await run(args, { cwd: project() })
    expect(ended).toMatchObject({ code: 2, text: '' })
    expect(ended.stderr).toContain(why)
  })
})

test('a glob that matches nothing is told, and no error', async () => {
  const ended = await run(['*.pdf'], { cwd: project() })
  expect(ended).toMatchObject({ code: 0, stderr: expect.stringContaining('Nothing matches *.pdf.') })
})

test('a file that is gone when its turn comes is told, and the others become smaller', async () => {
  const cwd = project()
  const count = 12
  for (let index = 0; index < count; index++)
    write(join(cwd, `dist/${String(index).padStart(3, '0')}.svg`), drawing(50 + index))
  const { process: child, ended } = start(['dist', '--concurrency', '1', '--json'], { cwd })
  // The first files are at work when the last one goes.
  while (child.exitCode === null && statSync(join(cwd, 'dist/000.svg')).size === drawing(50).length)
    await new Promise(setImmediate)
  rmSync(join(cwd, 'dist/011.svg'))
  const { code, text, stderr } = await ended
  expect([code, stderr]).toEqual([0, expect.stringContaining('dist/011.svg is gone since the run began.')])
  expect(reportOf(text).totals).toMatchObject({ assets: count - 1, compressed: count - 1 })
})

test.skipIf(process.platform === 'win32')(
  'a folder that cannot be written to ends with 1; files are as they were',
  async () => {
    const cwd = project()
    write(join(cwd, 'dist/a.svg'), drawing(60))
    mkdirSync(join(cwd, 'kept'))
    const user = isRoot ? 65534 : undefined
    if (user !== undefined)
      for (const path of ['', 'dist', 'dist/a.svg', 'kept']) chownSync(join(cwd, path), user, user)
    chmodSync(join(cwd, 'dist'), 0o555)
    const ended = await run(['dist', '--json', '--cache-dir', 'kept'], {
      cwd,
      ...(user !== undefined && { uid: user }),
    })
    chmodSync(join(cwd, 'dist'), 0o755)
    expect(ended.code).toBe(1)
    expect(ended.stderr).toContain('dist/a.svg could not be written: EACCES')
    expect(reportOf(ended.text).assets).toMatchObject([
      { outcome: 'failed', reason: 'write-failed', after: drawing(60).length },
    ])
    expect(filesIn(join(cwd, 'dist'))).toEqual(['a.svg'])
    expect(readFileSync(join(cwd, 'dist/a.svg'), 'utf8')).toBe(drawing(60))
  },
)

test('1,000 files, all of them smaller, and none touched again', async () => {
  const cwd = project()
  for (let index = 0; index < 1000; index++) write(join(cwd, `dist/${index % 10}/${index}.svg`), drawing(index % 25))
  const first = await run(['dist', '--json'], { cwd })
  expect(reportOf(first.text).totals).toMatchObject({ assets: 1000, compressed: 1000, failed: 0 })
  expect(new Set([...contentsOf(join(cwd, 'dist')).values()].map(String)).size).toBe(25)
  const before = looksOf(join(cwd, 'dist'))
  const second = await run(['dist', '--json'], { cwd })
  expect(looksOf(join(cwd, 'dist'))).toEqual(before)
  expect(reportOf(second.text).totals).toMatchObject({ compressed: 0, kept: 1000 })
})
