import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { chooseCacheDir, type Probe, resolveCacheDir, type Surroundings } from './location.js'

const at = (path: string) => resolve(path)
const surroundings: Surroundings = {
  cwd: at('/repo/packages/site/src'),
  env: {},
  platform: 'linux',
  home: at('/home/ada'),
  tmp: at('/tmp'),
  uid: 1000,
}

/** A file system: folders that can be written to, folders and files that cannot, and who owns what. */
function probeOf(writable: string[], unusable: string[] = [], own: string[] = []): Probe {
  const is = (paths: string[], path: string) => paths.some((each) => at(each) === path)
  return {
    state: (path) => (is(writable, path) ? 'writable' : is(unusable, path) ? 'unusable' : 'missing'),
    exists: (path) => is([...writable, ...unusable, ...own], path),
    isOwn: (path) => is(own, path),
  }
}

const site = ['/repo/packages/site', '/repo/packages/site/package.json', '/repo', '/repo/package.json']

describe('the folder is', () => {
  test('what the environment says, from the current folder', () => {
    const choose = (dir: string) =>
      chooseCacheDir({ ...surroundings, env: { COMPRESS_FAST_CACHE_DIR: dir } }, probeOf([]))
    expect(choose('../cache')).toBe(at('/repo/packages/site/cache'))
    expect(choose('/elsewhere')).toBe(at('/elsewhere'))
  })

  test('node_modules of the nearest package, made if need be', () => {
    const expected = at('/repo/packages/site/node_modules/.cache/compress-fast')
    expect(chooseCacheDir(surroundings, probeOf(site))).toBe(expected)
    expect(chooseCacheDir(surroundings, probeOf([...site, '/repo/packages/site/node_modules']))).toBe(expected)
    expect(chooseCacheDir({ ...surroundings, env: { COMPRESS_FAST_CACHE_DIR: '' } }, probeOf(site))).toBe(expected)
  })

  test.each([
    ['the package', ['/repo/packages/site/package.json'], ['/repo/packages/site']],
    ['node_modules', site, ['/repo/packages/site/node_modules']],
    ['the cache', site, ['/repo/packages/site/node_modules/.cache/compress-fast']],
  ])('that of the system when %s cannot be written to', (_, writable, unusable) => {
    const probe = probeOf([...writable, '/home/ada'], unusable)
    expect(chooseCacheDir(surroundings, probe)).toBe(at('/home/ada/.cache/compress-fast'))
  })

  test('that of the system outside of any package', () => {
    const probe = probeOf(['/home/ada', '/xdg', '/local'])
    const choose = (more: Partial<Surroundings>) => chooseCacheDir({ ...surroundings, ...more }, probe)
    expect(choose({})).toBe(at('/home/ada/.cache/compress-fast'))
    expect(choose({ env: { XDG_CACHE_HOME: at('/xdg') } })).toBe(at('/xdg/compress-fast'))
    expect(choose({ env: { XDG_CACHE_HOME: 'relative' } })).toBe(at('/home/ada/.cache/compress-fast'))
    expect(choose({ platform: 'darwin' })).toBe(at('/home/ada/Library/Caches/compress-fast'))
    expect(choose({ platform: 'win32', env: { LOCALAPPDATA: at('/local') } })).toBe(at('/local/compress-fast'))
    expect(choose({ platform: 'win32' })).toBe(at('/home/ada/AppData/Local/compress-fast'))
  })

  test('the one for temporary files when nothing else is left, and never one that somebody else put there', () => {
    const homeless = { ...surroundings, home: undefined }
    expect(chooseCacheDir(homeless, probeOf([]))).toBe(at('/tmp/compress-fast-1000'))
    expect(chooseCacheDir({ ...homeless, uid: undefined }, probeOf([]))).toBe(at('/tmp/compress-fast'))
    expect(chooseCacheDir(homeless, probeOf([], [], ['/tmp/compress-fast-1000']))).toBe(at('/tmp/compress-fast-1000'))
    const planted = chooseCacheDir(homeless, probeOf(['/tmp/compress-fast-1000']))
    expect(planted.startsWith(at('/tmp/compress-fast-1000-'))).toBe(true)
  })
})

test('on this machine a package has its cache in its node_modules', () => {
  const root = mkdtempSync(join(tmpdir(), 'location-'))
  try {
    mkdirSync(join(root, 'src', 'deep'), { recursive: true })
    writeFileSync(join(root, 'package.json'), '{}')
    expect(resolveCacheDir(join(root, 'src', 'deep'), {})).toBe(join(root, 'node_modules', '.cache', 'compress-fast'))
    writeFileSync(join(root, 'node_modules'), 'a file')
    const env = { HOME: root, LOCALAPPDATA: root, XDG_CACHE_HOME: root }
    const inSystem = process.platform === 'darwin' ? join(root, 'Library', 'Caches') : root
    expect(resolveCacheDir(root, process.platform === 'darwin' ? { HOME: root } : env)).toBe(
      join(inSystem, 'compress-fast'),
    )
  } finally {
    rmSync(root, { recursive: true })
  }
})
