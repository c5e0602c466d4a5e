import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createDiskCache } from '../../dist/cache/disk.js'
import { isKey, layoutOf } from '../../dist/cache/layout.js'
import { readEntry } from '../../dist/cache/read-entry.js'
import { isPayloadOf, keyAt, payloadFor } from './workers/random.mjs'

const isRoot = process.getuid?.() === 0
const canMount = process.platform === 'linux' && isRoot && tryMount()
const oncePath = fileURLToPath(new URL('./workers/cache-once.mjs', import.meta.url))
let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cache-full-'))
  chmodSync(root, 0o755)
})
afterEach(() => {
  if (canMount) spawnSync('umount', ['-l', root])
  rmSync(root, { recursive: true, force: true })
})

function tryMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'cache-mount-'))
  const isMounted = mount(folder, 'size=64k')
  if (isMounted) spawnSync('umount', [folder])
  rmSync(folder, { recursive: true })
  return isMounted
}

function mount(folder: string, options: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]).status === 0
}

function open(dir: string) {
  const warnings: string[] = []
  const cache = createDiskCache({ dir, maxSize: 1e9, warn: (message, hint) => warnings.push(`${message} ${hint}`) })
  return { cache, warnings }
}

function gainOf(key: string, length: number) {
  const bytes = payloadFor(key, length)
  return { gain: true, bytes, digest: createHash('sha256').update(bytes).digest('hex'), quality: null } as const
}

/** What all entry files that can be seen are worth: their count, and how many are not whole. */
async function inspect(dir: string): Promise<{ entries: number; broken: number; temps: number }> {
  const layout = layoutOf(dir)
  const keys = readdirSync(layout.base, { recursive: true, encoding: 'utf8' })
    .map((path) => path.slice(-64))
    .filter(isKey)
  const results = await Promise.all(keys.map((key) => readEntry(layout.entry(key), key)))
  const broken = results.filter((result, index) => {
    return result.kind !== 'hit' || !result.verdict.gain || !isPayloadOf(keys[index] ?? '', result.verdict.bytes)
  })
  return { entries: keys.length, broken: broken.length, temps: readdirSync(layout.temp).length }
}

if (!canMount)
  console.warn('Skipped: tests of full and read-only disks need root on Linux, to mount small file systems.')

describe.skipIf(!canMount)('a full disk', () => {
  const entrySize = 1024 * 1024

  test('takes no claim that nobody could give back', async () => {
    expect(mount(root, 'size=256k')).toBe(true)
    const dir = join(root, 'cache')
    const { cache } = open(dir)
    await cache.set(keyAt(0), gainOf(keyAt(0), 1000))
    fillUp(join(root, 'filler'), 0)
    const release = await cache.claim?.(keyAt(1))
    expect(release).toBeTypeOf('function')
    expect(readdirSync(layoutOf(dir).temp)).toEqual([])
  })

  test('at each of 520 positions in a write leaves the old entry or the new one, whole', {
    timeout: 60_000,
  }, async () => {
    expect(mount(root, 'size=4m')).toBe(true)
    const dir = join(root, 'cache')
    const filler = join(root, 'filler')
    const [old, fresh] = [keyAt(0), keyAt(1)]
    let [refused, stored] = [0, 0]
    for (let free = 0; free < 260 * 4096; free += 4096) {
      for (const key of [old, fresh]) {
        rmSync(dir, { recursive: true, force: true })
        await open(dir).cache.set(old, gainOf(old, 50_000))
        fillUp(filler, free)
        const { cache, warnings } = open(dir)
        await cache.set(key, gainOf(key, entrySize))
        await cache.set(keyAt(2), gainOf(keyAt(2), entrySize))
        await cache.settle?.()
        expect(warnings.length, warnings.join('\n')).toBeLessThanOrEqual(1)
        const seen = await inspect(dir)
        expect(seen, `${free} bytes free`).toMatchObject({ broken: 0, temps: 0 })
        const verdict = await cache.get(old)
        expect(verdict?.gain).toBe(true)
        const isStored = seen.entries > 1 || (verdict?.gain && verdict.bytes.byteLength === entrySize)
        if (isStored) stored++
        else refused++
        expect(isStored || warnings[0]?.includes('the disk is full')).toBe(true)
        rmSync(filler)
      }
    }
    // Both ends were reached, or the positions were not where the writing is.
    expect(refused).toBeGreaterThan(400)
    expect(stored).toBeGreaterThan(0)
  })

  /** Leaves so many bytes of the file system. */
  function fillUp(filler: string, free: number): void {
    const { bavail, bsize } = statfsSync(root)
    writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - free)))
  }

  test('without inodes is the same trouble', async () => {
    expect(mount(root, 'size=4m,nr_inodes=40')).toBe(true)
    const { cache, warnings } = open(join(root, 'cache'))
    await Promise.all(Array.from({ length: 60 }, (_, index) => cache.set(keyAt(index), gainOf(keyAt(index), 1000))))
    await cache.settle?.()
    expect(warnings).toHaveLength(1)
    const seen = await inspect(join(root, 'cache'))
    expect(seen).toMatchObject({ broken: 0, temps: 0 })
    expect(seen.entries).toBeGreaterThan(5)
  })

  test('once full stays unused for the run, and can be read', async () => {
    expect(mount(root, 'size=1m')).toBe(true)
    const { cache, warnings } = open(join(root, 'cache'))
    await cache.set(keyAt(0), gainOf(keyAt(0), 1000))
    await cache.set(keyAt(1), gainOf(keyAt(1), 2_000_000))
    await cache.set(keyAt(2), gainOf(keyAt(2), 1000))
    expect(await cache.get(keyAt(0))).toBeDefined()
    expect(await cache.get(keyAt(2))).toBeUndefined()
    expect(warnings).toHaveLength(1)
  })

  test('keeps no claim that could not be written, for which the next build would wait', async () => {
    expect(mount(root, 'size=4m')).toBe(true)
    const dir = join(root, 'cache')
    const { cache } = open(dir)
    await cache.set(keyAt(0), gainOf(keyAt(0), 1000))
    // The folder of the claim's entry is there, so that it is the claim that fails.
    await (await cache.claim?.(keyAt(1)))?.()
    fillUp(join(root, 'filler'), 0)
    expect(await cache.claim?.(keyAt(1))).toBeTypeOf('function')
    expect(await inspect(dir)).toMatchObject({ temps: 0 })
  })

  test('that cannot be written to is told once, and can be read', async () => {
    expect(mount(root, 'size=4m')).toBe(true)
    const dir = join(root, 'cache')
    await open(dir).cache.set(keyAt(0), gainOf(keyAt(0), 1000))
    await open(dir).cache.set(keyAt(1), gainOf(keyAt(1), 1000))
    writeFileSync(layoutOf(dir).entry(keyAt(1)), 'damaged')
    expect(spawnSync('mount', ['-o', 'remount,ro', root]).status).toBe(0)
    const { cache, warnings } = open(dir)
    expect(await cache.get(keyAt(1))).toBeUndefined()
    await Promise.all([3, 4, 5].map((index) => cache.set(keyAt(index), gainOf(keyAt(index), 1000))))
    await cache.settle?.()
    expect(await cache.get(keyAt(0))).toBeDefined()
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain('EROFS')
  })
})

describe.skipIf(process.platform === 'win32')('a process of its own', () => {
  interface Told {
    files: number
    hits: number
    rejections: number
    warnings: string[]
  }

  function run(command: string, args: string[], user?: number): Told {
    const { stdout, stderr } = spawnSync(command, args, {
      encoding: 'utf8',
      ...(user === undefined ? {} : { uid: user, gid: user }),
    })
    expect(stderr).toBe('')
    return JSON.parse(stdout) as Told
  }
  const underLimit = (limit: number, ...args: string[]) =>
    run('sh', ['-c', `ulimit -n ${limit}; exec "$0" "$@"`, process.execPath, oncePath, ...args])

  test('with 64 open files at most stores and reads 1,000 results', { timeout: 30_000 }, () => {
    expect(underLimit(64, join(root, 'cache'), '1000')).toEqual({ files: 0, hits: 1000, rejections: 0, warnings: [] })
  })

  test('with no file left to open says so once, and reads again when there is', { timeout: 30_000 }, () => {
    const dir = join(root, 'cache')
    underLimit(64, dir, '20')
    const told = underLimit(64, dir, '20', 'hog')
    expect(told).toMatchObject({ hits: 20, rejections: 0 })
    expect(told.files).toBeGreaterThan(10)
    expect(told.warnings).toHaveLength(1)
    expect(told.warnings[0]).toContain('too many files are open (EMFILE)')
  })

  test('without permission to write says so once, and reads', { timeout: 30_000 }, async () => {
    const dir = join(root, 'cache')
    const { cache } = open(dir)
    for (let index = 0; index < 5; index++) await cache.set(keyAt(index), gainOf(keyAt(index), 20_000))
    const { base, temp } = layoutOf(dir)
    for (const folder of [temp, base, dir]) chmodSync(folder, 0o555)
    // Permissions do not bind root; 65534 is "nobody" on Linux and a number without rights elsewhere.
    const told = run(process.execPath, [oncePath, dir, '8'], isRoot ? 65534 : undefined)
    for (const folder of [temp, base, dir]) chmodSync(folder, 0o755)
    expect(told).toMatchObject({ hits: 5, rejections: 0 })
    expect(told.warnings).toHaveLength(1)
    expect(told.warnings[0]).toContain('cannot be written to')
  })

  test.skipIf(!isRoot)('of another user than the one the folder belongs to works as far as it may', async () => {
    chownSync(root, 65534, 65534)
    const told = run(process.execPath, [oncePath, join(root, 'cache'), '5'], 65534)
    expect(told).toMatchObject({ hits: 5, rejections: 0, warnings: [] })
    const { cache, warnings } = open(join(root, 'cache'))
    expect(await cache.get(keyAt(3))).toBeDefined()
    expect(warnings).toEqual([])
  })
})
