import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { replaceFile } from './replace.js'

let dir: string
let from: string
let to: string
let attempts: number

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'replace-'))
  from = join(dir, 'from')
  to = join(dir, 'to')
  attempts = 0
  writeFileSync(from, 'new')
  writeFileSync(to, 'old')
})
afterEach(() => rm(dir, { recursive: true }))

/** Windows, where somebody holds the target open for the first attempts. */
function blockedFor(times: number, code = 'EPERM', patience = 2000) {
  return {
    patience,
    isPassing: (each: string) => each === 'EPERM',
    rename: (a: string, b: string) => {
      attempts++
      return attempts <= times ? Promise.reject(Object.assign(new Error(code), { code })) : rename(a, b)
    },
  }
}
const never = () => false

test('replaces', async () => {
  expect(await replaceFile(from, to, never)).toBe(true)
  expect(readFileSync(to, 'latin1')).toBe('new')
  expect(existsSync(from)).toBe(false)
})

test('waits until the target is free', async () => {
  expect(await replaceFile(from, to, never, blockedFor(3))).toBe(true)
  expect(attempts).toBe(4)
  expect(readFileSync(to, 'latin1')).toBe('new')
})

test('is content when somebody else was faster', async () => {
  const afterTwo = () => attempts === 2
  expect(await replaceFile(from, to, afterTwo, blockedFor(1000))).toBe(true)
  expect(attempts).toBe(2)
  expect(readFileSync(to, 'latin1')).toBe('old')
})

test('gives up in time, quietly', async () => {
  expect(await replaceFile(from, to, never, blockedFor(1000, 'EPERM', 150))).toBe(false)
  expect(attempts).toBeGreaterThan(1)
  expect(readFileSync(to, 'latin1')).toBe('old')
})

test('does not wait for what does not pass', async () => {
  await expect(replaceFile(from, to, never, blockedFor(1000, 'EROFS'))).rejects.toThrow('EROFS')
  expect(attempts).toBe(1)
})
