import { describe, expect, test } from 'vitest'
import { cacheKey } from '../cache/key.js'
import { fileOf, type LockLine, parseLock, printLock } from './lock-text.js'

const engine = { id: 'local', version: '1.0.0 linux-x64' }

function lineOf(file: string, input = 'a', result?: LockLine['result'], quality = 80): LockLine {
  const parts = { digest: input.repeat(64), format: 'jpeg', settings: { effort: 'fast', quality }, engine }
  return { file, key: cacheKey(parts), ...parts, result: result ?? { gain: true, digest: 'b'.repeat(64), size: 7 } }
}

const none = { gain: false, reason: 'no-gain' } as const
const odd = ['src/ü b"c.png', 'a\nb.png', '# x', 'src/a.jpg?compress=90', '<dist>/e.png']

describe('a lock file', () => {
  test('says the same when it is read, whatever names there are, with either line end', () => {
    const lines = [...odd.map((file) => lineOf(file)), lineOf('src/z.png', 'c', none)]
    const text = printLock(lines)
    const read = parseLock(text)
    expect(read.faults).toEqual([])
    expect(read.lines).toHaveLength(lines.length)
    expect(read.lines).toEqual(expect.arrayContaining(lines))
    expect(parseLock(text.replaceAll('\n', '\r\n'))).toEqual(read)
    expect(printLock(read.lines)).toBe(text)
  })

  test('is the same text for the same lines in any order', () => {
    const lines = [lineOf('b.png', 'a'), lineOf('a.png', 'a'), lineOf('a.png', 'a', none, 70), lineOf('a.png', 'c')]
    expect(printLock(lines.toReversed())).toBe(printLock(lines))
    expect(printLock([])).toMatch(/^# compress-fast\.lock 1: .*\n(# .*\n)+$/)
  })

  test('has one line for a result, in which people find the file first', () => {
    const added = printLock([lineOf('src/a.png')])
      .split('\n')
      .filter((line) => !line.startsWith('# '))
    const digests = `"input":"sha256-${'a'.repeat(64)}","output":"sha256-${'b'.repeat(64)}"`
    const made = '"format":"jpeg","engine":"local","version":"1.0.0 linux-x64"'
    const settings = '"settings":{"effort":"fast","quality":80}'
    expect(added).toEqual([`{"file":"src/a.png",${made},${digests},"size":7,${settings}}`, ''])
  })

  test.each([
    ['<<<<<<< HEAD', 'a conflict marker of git'],
    ['=======', 'a conflict marker of git'],
    ['>>>>>>> topic', 'a conflict marker of git'],
    ['{"file":"src/a.png"', 'damaged'],
    ['{"file":"src/a.png"}', 'damaged'],
    ['null', 'damaged'],
    ['# compress-fast.lock 2: other', 'the head of format 2, which this version does not know'],
  ])('with a line %s has a fault that names it, and what else it says', (fault, what) => {
    const line = lineOf('src/a.png')
    const read = parseLock(`${fault}\n${printLock([line])}`)
    expect(read).toEqual({ lines: [line], faults: [{ line: 1, what }] })
  })

  test.each([
    ['a digest that is none', (text: string) => text.replace('sha256-aaaa', 'sha256-gaaa')],
    ['a size that is none', (text: string) => text.replace('"size":7', '"size":-7')],
    ['no settings', (text: string) => text.replace(/"settings":\{.*\}/, '"settings":[]}')],
    ['no reason', (text: string) => text.replace(/"output":"[^"]*"/, '"output":null')],
  ])('with %s is damaged there', (_, damage) => {
    const text = damage(printLock([lineOf('src/a.png')]))
    expect(parseLock(text).lines).toEqual([])
    expect(parseLock(text).faults).toMatchObject([{ what: 'damaged' }])
  })

  test('that two branches made may have a line twice, and not two results of the same', () => {
    const text = printLock([lineOf('src/a.png')])
    expect(parseLock(text + text)).toEqual(parseLock(text))
    const other = printLock([lineOf('src/a.png', 'a', none)])
    const what = 'another result of src/a.png than a line before it has'
    expect(parseLock(text + other)).toMatchObject({ lines: [lineOf('src/a.png')], faults: [{ what }] })
  })
})

test('a file goes by its source, or else by its place in the output', () => {
  expect(fileOf({ source: 'src/a.png', path: 'assets/a-1.png', place: 'dist' })).toBe('src/a.png')
  expect(fileOf({ source: null, path: 'a.png', place: 'dist/server' })).toBe('<dist/server>/a.png')
  expect(fileOf({ source: 'a.png', path: 'a.png', place: 'dist', asked: '90' })).toBe('a.png?compress=90')
})
