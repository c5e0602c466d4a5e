import { expect, test } from 'vitest'
import { ApiError } from '../errors.js'
import { createFetchGuard } from './fetch-guard.js'

const fails = async () => {
  throw new ApiError('url_fetch.connection_failed', null)
}
const succeeds = async () => 'bytes'

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(() => undefined).catch((reason: unknown) => reason)
  return error instanceof ApiError ? error.code : 'none'
}

test('a host that failed five times in a minute is left alone for one, and others are not', async () => {
  let time = 0
  const guard = createFetchGuard(() => time)
  for (let count = 0; count < 5; count += 1) {
    time += 1000
    expect(await codeOf(guard.run('a', 'bad.test', fails))).toBe('url_fetch.connection_failed')
  }
  expect(await codeOf(guard.run('b', 'bad.test', succeeds))).toBe('url_fetch.domain_circuit_open')
  expect(await guard.run('b', 'good.test', succeeds)).toBe('bytes')
  time += 59_999 - 4000
  expect(await codeOf(guard.run('b', 'bad.test', succeeds))).toBe('url_fetch.domain_circuit_open')
  time += 1
  expect(await guard.run('b', 'bad.test', succeeds)).toBe('bytes')
})

test('what is the client’s own fault is not counted', async () => {
  const guard = createFetchGuard(() => 0)
  const refused = async () => {
    throw new ApiError('url_fetch.private_ip', null)
  }
  for (let count = 0; count < 9; count += 1) await codeOf(guard.run('a', 'a.test', refused))
  expect(await guard.run('a', 'a.test', succeeds)).toBe('bytes')
})

test('an account fetches three at a time', async () => {
  const guard = createFetchGuard(() => 0)
  let release = () => {}
  const held = new Promise<string>((resolve) => {
    release = () => resolve('bytes')
  })
  const fetching = [1, 2, 3].map(() => guard.run('a', 'a.test', () => held))
  expect(await codeOf(guard.run('a', 'a.test', succeeds))).toBe('url_fetch.rate_limited')
  expect(await guard.run('b', 'a.test', succeeds)).toBe('bytes')
  release()
  expect(await Promise.all(fetching)).toEqual(['bytes', 'bytes', 'bytes'])
  expect(await guard.run('a', 'a.test', succeeds)).toBe('bytes')
})
