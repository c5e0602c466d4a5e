import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { digestOf } from '../../src/cache/key.js'
import { seal, unseal } from '../../src/cache/seal.js'
import { createSecret } from '../../src/util/secret.js'
import { keyAt, payloadFor, pickSeed, seeded } from '../faults/workers/random.mjs'
import { secret, spawnServe, startServe } from './stores.js'

const env = { COMPRESS_FAST_CACHE_SECRET: secret }
const right = createSecret(secret)
const block = 4096
// Two blocks each, with what is around it.
const length = 5000

function entryFor(index: number, namespace = 'main'): Uint8Array {
  const [key, bytes] = [keyAt(index), payloadFor(keyAt(index), length)]
  const entry = seal({ gain: true, bytes, digest: digestOf(bytes), quality: null }, { namespace, key }, right)
  return entry ?? expect.unreachable()
}

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'compress-fast-evict-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

const pathOf = (index: number, namespace = 'main') => join(namespace, keyAt(index).slice(0, 2), keyAt(index))

/** An entry that was used so many minutes ago. */
function plant(dir: string, index: number, minutes: number, namespace = 'main'): void {
  const path = join(dir, pathOf(index, namespace))
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, entryFor(index, namespace))
  const time = Date.now() / 1000 - 60 * minutes
  utimesSync(path, time, time)
}

/** Keys of all entries, while the server removes some of them and their folders. */
function keysIn(dir: string): string[] {
  const names = (folder: string) => {
    try {
      return readdirSync(folder)
    } catch {
      return []
    }
  }
  const shards = names(dir).flatMap((namespace) =>
    names(join(dir, namespace)).map((name) => join(dir, namespace, name)),
  )
  return shards.flatMap(names).filter((name) => /^[0-9a-f]{64}$/.test(name))
}

const put = async (base: string, index: number, namespace = 'main') => {
  const headers = { 'if-none-match': '*' }
  const url = `${base}/${namespace}/${keyAt(index)}`
  return (await fetch(url, { method: 'PUT', headers, body: Buffer.from(entryFor(index, namespace)) })).status
}
const get = async (base: string, index: number) => {
  const answer = await fetch(`${base}/main/${keyAt(index)}`)
  return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) }
}

/** Eviction is nobody's to wait for but the test's. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(10)
}

test('what was not asked for for longest goes, and nothing else; a read is a use', async () => {
  const dir = folder()
  for (let index = 0; index < 10; index++) plant(dir, index, 100 - index)
  writeFileSync(join(dir, 'main', 'notes.txt'), 'not ours')
  const base = await startServe(env, dir, ['--max-size', String(10 * 2 * block)])
  expect((await get(base, 0)).bytes).toEqual(Buffer.from(entryFor(0)))
  expect(keysIn(dir)).toHaveLength(10)
  expect(await put(base, 10)).toBe(201)
  // Down to nine tenths.
  await until(() => keysIn(dir).length === 9)
  expect(keysIn(dir).toSorted()).toEqual([0, 3, 4, 5, 6, 7, 8, 9, 10].map(keyAt).toSorted())
  expect((await get(base, 1)).status).toBe(404)
  expect(readFileSync(join(dir, 'main', 'notes.txt'), 'utf8')).toBe('not ours')
})

test('what a limit leaves no room for goes at the start, with the folders that it leaves empty', async () => {
  const dir = folder()
  for (let index = 0; index < 20; index++) plant(dir, index, 10_000, 'pr-1')
  plant(dir, 100, 5)
  await startServe(env, dir, ['--max-size', String(3 * block)])
  await until(() => readdirSync(dir).length === 2)
  expect(existsSync(join(dir, pathOf(100)))).toBe(true)
  expect(readdirSync(dir).toSorted()).toEqual(['.tmp', 'main'])
})

const seed = pickSeed()

test(`reads and writes beside it get an entry or none, whole (SEED=${seed})`, { timeout: 120_000 }, async () => {
  const dir = folder()
  const random = seeded(seed)
  const most = 20 * 2 * block
  const base = await startServe(env, dir, ['--max-size', String(most)])
  const [taken, given] = [new Map<number, number>(), new Map<number, number>()]
  const count = (counts: Map<number, number>, status: number) => counts.set(status, (counts.get(status) ?? 0) + 1)
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (let round = 0; round < 60; round++) {
        const index = Math.floor(random() * 80)
        if (random() < 0.5) count(taken, await put(base, index))
        else {
          const { status, bytes } = await get(base, index)
          count(given, status)
          if (status === 200 && !bytes.equals(entryFor(index))) expect.unreachable(`entry ${index} came damaged`)
        }
      }
    }),
  )
  console.log('puts', Object.fromEntries(taken), 'gets', Object.fromEntries(given))
  expect([...taken.keys()].every((status) => status === 201 || status === 412)).toBe(true)
  expect([...given.keys()].toSorted()).toEqual([200, 404])
  await until(() => keysIn(dir).length * 2 * block <= most)
})

const kills = process.env['COMPRESS_FAST_FULL'] ? 60 : 6

test(`killed ${kills} times while it removes, it leaves whole entries and goes on (SEED=${seed})`, {
  timeout: 60_000 + kills * 20_000,
}, async () => {
  const dir = folder()
  const random = seeded(seed)
  const most = 30 * 2 * block
  let midway = 0
  for (let kill = 0; kill < kills; kill++) {
    for (let index = 0; index < 400; index++) plant(dir, index, index)
    const { child } = await spawnServe(env, dir, ['--max-size', String(most)])
    onTestFinished(() => void child.kill('SIGKILL'))
    const goal = 30 + Math.floor(random() * 369)
    await until(() => keysIn(dir).length <= goal)
    child.kill('SIGKILL')
    await once(child, 'exit')
    const left = keysIn(dir)
    if (left.length > 27) midway++
    for (const key of left) {
      const entry = readFileSync(join(dir, 'main', key.slice(0, 2), key))
      expect(unseal(entry, { namespace: 'main', key }, [right]), key).toHaveProperty('verdict')
    }
    // Those that were used last are there, whenever it was.
    for (let index = 0; index < 27; index++) expect(statSync(join(dir, pathOf(index))).size).toBeGreaterThan(length)
  }
  console.log(`killed ${midway} times before it was done`)
  const base = await startServe(env, dir, ['--max-size', String(most)])
  await until(() => keysIn(dir).length <= 30)
  expect(await put(base, 500)).toBe(201)
  expect((await get(base, 500)).status).toBe(200)
})

function mounted(options: string): string | undefined {
  const dir = mkdtempSync(join(tmpdir(), 'compress-fast-small-'))
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', dir]).status === 0
  onTestFinished(() => {
    if (isMounted) spawnSync('umount', ['-l', dir])
    rmSync(dir, { recursive: true, force: true })
  })
  return isMounted ? dir : undefined
}

test('a disk that is full before the limit is reached is told, and makes room for what comes next', async ({
  skip,
}) => {
  // It takes root on Linux.
  const dir = mounted('size=512k') ?? skip()
  const base = await startServe(env, dir)
  const statuses: number[] = []
  while (statuses.at(-1) !== 507 && statuses.length < 200) statuses.push(await put(base, statuses.length))
  expect(new Set(statuses)).toEqual(new Set([201, 507]))
  await until(() => keysIn(dir).length < statuses.length - 1)
  expect(await put(base, 1000)).toBe(201)
  expect((await get(base, 1000)).bytes).toEqual(Buffer.from(entryFor(1000)))
  expect(readdirSync(join(dir, '.tmp'))).toEqual([])
})
