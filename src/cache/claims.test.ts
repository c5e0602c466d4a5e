import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Claims, createClaims } from './claims.js'
import { layoutOf } from './layout.js'

const key = 'a'.repeat(64)
const never = new AbortController().signal
let dir: string
let claims: Claims

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'claims-'))
  await mkdir(layoutOf(dir).temp, { recursive: true })
  claims = createClaims(layoutOf(dir))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

test('one at a time has a claim, and the next when it is given back', async () => {
  const others = createClaims(layoutOf(dir))
  const release = await claims.take(key)
  expect(release).toBeTypeOf('function')
  expect(await others.take(key)).toBeUndefined()
  expect(await others.take('b'.repeat(64))).toBeTypeOf('function')
  let isGone = false
  const gone = others.gone(key, never).then(() => (isGone = true))
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(isGone).toBe(false)
  await release?.()
  await gone
  expect(await others.take(key)).toBeTypeOf('function')
})

test('of many that ask at once, one gets it', async () => {
  const asked = await Promise.all(Array.from({ length: 50 }, () => createClaims(layoutOf(dir)).take(key)))
  expect(asked.filter(Boolean)).toHaveLength(1)
})

test('the claim of a process that died is taken over', async () => {
  const script = 'console.log(process.pid)'
  const pid = Number(execFileSync(process.execPath, ['--eval', script], { encoding: 'utf8' }))
  await writeFile(layoutOf(dir).claim(key), JSON.stringify({ host: hostname(), pid }))
  await claims.gone(key, never)
  expect(await claims.take(key)).toBeTypeOf('function')
})

test('a claim that nobody touches any more is taken over, whoever made it', async () => {
  await writeFile(layoutOf(dir).claim(key), 'not even JSON')
  await claims.gone(key, never)
  expect(await claims.take(key)).toBeTypeOf('function')
})

test('a claim that cannot be removed is waited for once, and then counts as gone', async () => {
  // As in a cache that was restored for another user: what stands there can be read and not unlinked.
  await mkdir(layoutOf(dir).claim(key))
  expect(await claims.take(key)).toBeUndefined()
  await claims.gone(key, never)
  const release = await claims.take(key)
  expect(release).toBeTypeOf('function')
  await release?.()
  expect(await claims.take(key)).toBeTypeOf('function')
})

test('waiting ends when it is told to', async () => {
  await claims.take(key)
  const stop = new AbortController()
  const gone = claims.gone(key, stop.signal)
  stop.abort()
  await gone
})
