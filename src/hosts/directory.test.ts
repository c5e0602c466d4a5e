import { chmod, link, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { type NamedDirs, type Sweep, sweepDirectory, sweepNamedDirs } from './directory.js'
import type { AssetSession } from './host.js'

const photo = await readFile(new URL('../../test/fixtures/photo.jpg', import.meta.url))
const smaller = Buffer.from('smaller')

let dir: string
let asked: string[]
let warned: string[]

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'compress-fast-sweep-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  asked = []
  warned = []
})

/** A pipeline that finds everything smaller. */
const session: AssetSession = {
  inline: true,
  isSelective: false,
  dirs: [],
  settingsDigest: '',
  wantsImporters: false,
  importedBy: () => {},
  shrink: async () => ({ bytes: smaller, receipt: undefined }),
  glance: () => undefined,
  tell: () => {},
  retract: () => {},
  wishOf: () => 'off',
  request: () => {},
  withdraw: () => {},
  wants: (path) => !path.endsWith('.js'),
  offer: () => undefined,
  warn: (code) => void warned.push(code),
  begin: () => {},
  finish: async () => {},
  announce: () => {},
  async settle({ path }) {
    asked.push(path)
    return smaller
  },
}

function sweep(over: Partial<Sweep> = {}, by: AssetSession = session): Promise<void> {
  const originOf = () => ({ origin: 'folder', source: null }) as const
  return sweepDirectory({ dir, done: new Set(), seen: new Map(), spare: [], since: Date.now(), originOf, ...over }, by)
}

test('files in all folders are replaced, with their modes', async () => {
  await mkdir(join(dir, 'a/.well-known'), { recursive: true })
  await writeFile(join(dir, 'a/.well-known/b.jpg'), photo)
  await writeFile(join(dir, 'c.jpg'), photo)
  await writeFile(join(dir, 'd.js'), 'code')
  await chmod(join(dir, 'c.jpg'), 0o640)
  await sweep()
  expect(asked.sort()).toEqual(['a/.well-known/b.jpg', 'c.jpg'])
  expect(await readFile(join(dir, 'c.jpg'))).toEqual(smaller)
  if (process.platform !== 'win32') expect((await stat(join(dir, 'c.jpg'))).mode & 0o777).toBe(0o640)
  expect((await readdir(dir)).sort()).toEqual(['a', 'c.jpg', 'd.js'])
})

describe('left alone are', () => {
  test('what is done, what was seen, and what a source folder holds', async () => {
    await mkdir(join(dir, 'src'))
    for (const name of ['done.jpg', 'src/source.jpg', 'new.jpg']) await writeFile(join(dir, name), photo)
    const seen = new Map<string, string>()
    await sweep({ done: new Set(['done.jpg']), spare: [join(dir, 'src')], seen })
    expect(asked).toEqual(['new.jpg'])
    await sweep({ done: new Set(['done.jpg']), spare: [join(dir, 'src')], seen })
    expect(asked).toEqual(['new.jpg'])
  })

  test('files of an earlier build', async () => {
    await writeFile(join(dir, 'old.jpg'), photo)
    await sweep({ since: Date.now() + 60_000 })
    expect(asked).toEqual([])
    // Copying tools keep modification times; that the file was put there now is what counts.
    await utimes(join(dir, 'old.jpg'), new Date(0), new Date(0))
    await sweep()
    expect(asked).toEqual(['old.jpg'])
  })

  test('links, node_modules and .git', async () => {
    for (const folder of ['node_modules', '.git', 'elsewhere']) {
      await mkdir(join(dir, folder))
      await writeFile(join(dir, folder, 'a.jpg'), photo)
    }
    await symlink(join(dir, 'elsewhere/a.jpg'), join(dir, 'linked.jpg'))
    await symlink(join(dir, 'elsewhere'), join(dir, 'folder'))
    await sweep({ spare: [join(dir, 'elsewhere')] })
    expect(asked).toEqual([])
  })

  test('large files that begin like no image', async () => {
    await writeFile(join(dir, 'large.bin'), Buffer.alloc(2_000_000))
    await writeFile(join(dir, 'large.jpg'), Buffer.concat([photo, Buffer.alloc(2_000_000)]))
    await sweep()
    expect(asked).toEqual(['large.jpg'])
  })

  test('large archives that begin unlike an Office file', async () => {
    for (const entry of ['[Content_Types].xml', 'docProps/app.xml', 'photos/1.jpg']) {
      const start = Buffer.from(`PK\x03\x04${'\0'.repeat(26)}${entry}`)
      await writeFile(join(dir, `${entry.length}.zip`), Buffer.concat([start, Buffer.alloc(2_000_000)]))
    }
    await sweep()
    expect(asked.toSorted()).toEqual(['16.zip', '19.zip'])
  })
})

test('a file that shares its bytes with a source by a hard link leaves the source alone', async () => {
  await mkdir(join(dir, 'src'))
  await writeFile(join(dir, 'src/a.jpg'), photo)
  await link(join(dir, 'src/a.jpg'), join(dir, 'a.jpg'))
  await sweep({ spare: [join(dir, 'src')] })
  expect(await readFile(join(dir, 'a.jpg'))).toEqual(smaller)
  expect(await readFile(join(dir, 'src/a.jpg'))).toEqual(photo)
})

describe('a file that somebody writes anew while it is in hand', () => {
  const path = () => join(dir, 'a.jpg')

  /** A pipeline during whose work the file is written so many times, each time longer. */
  function interrupted(times: number, result: (text: string) => Uint8Array | undefined): AssetSession {
    const settle: AssetSession['settle'] = async ({ bytes }) => {
      const text = Buffer.from(bytes).toString()
      asked.push(text)
      if (asked.length <= times) await writeFile(path(), `${text}+`)
      return result(text)
    }
    return { ...session, settle }
  }

  test('is looked at again, and what was made of the old one is thrown away', async () => {
    await writeFile(path(), 'v')
    await sweep(
      {},
      interrupted(1, (text) => Buffer.from(`small ${text}`)),
    )
    expect(asked).toEqual(['v', 'v+'])
    expect(await readFile(path(), 'utf8')).toBe('small v+')
  })

  test('counts as looked at only as it was looked at', async () => {
    await writeFile(path(), 'v')
    await sweep(
      {},
      interrupted(1, (text) => (text === 'v' ? undefined : Buffer.from('small'))),
    )
    expect(await readFile(path(), 'utf8')).toBe('small')
  })

  test('is left alone if that goes on', async () => {
    await writeFile(path(), 'v')
    await sweep(
      {},
      interrupted(99, () => Buffer.from('small')),
    )
    expect(await readFile(path(), 'utf8')).toBe('v+++')
    expect(warned).toEqual(['FILE_CHANGED'])
  })
})

test('a thousand files do not need a thousand handles, and a folder that is gone is empty', async () => {
  await Promise.all(Array.from({ length: 1000 }, (_, index) => writeFile(join(dir, `${index}.jpg`), photo)))
  await sweep()
  expect(asked).toHaveLength(1000)
  await sweep({ dir: join(dir, 'nowhere') })
  expect(warned).toEqual([])
})

describe('named folders', () => {
  /** A project with a built `dist`, of which one file is done, and a folder of copies elsewhere. */
  async function sweepNamed(dirs: string[], over: Partial<NamedDirs> = {}): Promise<string[]> {
    const old = new Date('2020-01-01')
    for (const path of ['dist/done.jpg', 'dist/copies/a.jpg', 'elsewhere/b.jpg', 'public/c.jpg', 'src/d.jpg']) {
      await mkdir(join(dir, path, '..'), { recursive: true })
      await writeFile(join(dir, path), photo)
      await utimes(join(dir, path), old, old)
    }
    const named = { root: dir, place: join(dir, 'dist'), publicDirs: [join(dir, 'public')], seen: new Map() }
    await sweepNamedDirs({ ...named, done: new Set(['done.jpg']), ...over }, { ...session, dirs })
    return asked.sort()
  }

  test('are swept whole, with paths as in the output where they lie in it', async () => {
    expect(await sweepNamed(['dist/copies', 'elsewhere'])).toEqual(['copies/a.jpg', 'elsewhere/b.jpg'])
  })

  test('may be the output folder, where what is done stays done', async () => {
    expect(await sweepNamed(['dist'])).toEqual(['copies/a.jpg'])
  })

  test('may hold the output folder', async () => {
    expect(await sweepNamed(['site'], { root: dir, place: join(dir, 'site/dist') })).toEqual([])
    await mkdir(join(dir, 'site/dist'), { recursive: true })
    await writeFile(join(dir, 'site/dist/done.jpg'), photo)
    await writeFile(join(dir, 'site/dist/e.jpg'), photo)
    await writeFile(join(dir, 'site/f.jpg'), photo)
    expect(await sweepNamed(['site'], { place: join(dir, 'site/dist') })).toEqual(['e.jpg', 'site/f.jpg'])
  })

  test.each(['.', '..', 'public', 'public/nested'])('are refused when they hold sources: %s', async (name) => {
    expect(await sweepNamed([name])).toEqual([])
    expect(warned).toEqual(['UNSAFE_DIR'])
    expect(await readFile(join(dir, 'src/d.jpg'))).toEqual(photo)
  })
})
