import { expect, test } from 'vitest'
import type { LockLine } from './lock-text.js'
import { mergeLines } from './merge.js'
import { pinnedVersion } from './pin.js'

const never = () => false

function line(file: string, digest: string, output: string | null, key = digest): LockLine {
  const result = output === null ? { gain: false, reason: 'no-gain' as const } : { gain: true, digest: output, size: 1 }
  const engine = { id: 'local', version: '1' }
  return { file, key, digest, format: 'png', settings: {}, engine, result } as LockLine
}

test('what was found of a file takes the place of all that was said of it', () => {
  const before = [line('a', '1', 'x', '1 at 70'), line('a', '0', 'w'), line('b', '2', 'y')]
  const found = [line('a', '1', 'x', '1 at 80')]
  expect(mergeLines({ before, found, isGone: never })).toEqual([found[0], before[2]])
})

test('lines of other builds stay until their file is gone', () => {
  const before = [line('a', '1', 'x'), line('b', '2', 'y')]
  expect(mergeLines({ before, found: [], isGone: never })).toEqual(before)
  expect(mergeLines({ before, found: [], isGone: (file) => file === 'a' })).toEqual([before[1]])
})

test('a result that was made anew counts for all files with these bytes', () => {
  const merged = mergeLines({ before: [line('b', '1', 'old')], found: [line('a', '1', 'new')], isGone: never })
  expect(merged).toEqual([line('a', '1', 'new'), line('b', '1', 'new')])
})

test('a file that was replaced by its own result keeps the line that says how', () => {
  const before = [line('a', '1', 'x')]
  const own = { ...line('a', 'x', null), result: { gain: false as const, reason: 'already-compressed' } }
  expect(mergeLines({ before, found: [own], isGone: never })).toEqual(before)
  expect(mergeLines({ before: [], found: [own], isGone: never })).toEqual([own])
})

test('the platform is that of the lock file, and the versions are not', () => {
  const under = (...versions: string[]) =>
    versions.map((version) => ({ ...line('a', '1', 'x'), engine: { id: 'local', version } }))
  const engine = { id: 'local', version: '2 sharp@1 linux-x64' }
  expect(pinnedVersion(engine, under('2 sharp@1 darwin-arm64'))).toBe('2 sharp@1 darwin-arm64')
  expect(pinnedVersion(engine, under('2 sharp@1 win32-x64', '2 sharp@1 darwin-arm64'))).toBe('2 sharp@1 darwin-arm64')
  expect(pinnedVersion(engine, under('2 sharp@0 darwin-arm64'))).toBe(engine.version)
  expect(pinnedVersion({ ...engine, id: 'own' }, under('2 sharp@1 darwin-arm64'))).toBe(engine.version)
})
