import { execFile } from 'node:child_process'
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Options, Report } from 'unplugin-compress-fast'
import { describe, expect, test, vi } from 'vitest'
import type { Driver } from '../bundlers/driver.js'
import { drivers } from '../bundlers/drivers/all.js'
import { esbuildDriver } from '../bundlers/drivers/esbuild.js'
import { farmDriver } from '../bundlers/drivers/farm.js'
import { rollupDriver } from '../bundlers/drivers/rollup.js'
import { viteDriver } from '../bundlers/drivers/vite.js'
import { webpackDriver } from '../bundlers/drivers/webpack.js'
import { createProject, importing, ordinaryFiles, type Project } from '../bundlers/project.js'
import { assertWarnings, fixture, forgetProcess, read, siteFolder, writeFiles } from '../site.js'
import { createSite } from '../vite/harness.js'
import { createSite as createWebpackSite, kinds } from '../webpack/harness.js'

const run = promisify(execFile)
const lockName = 'compress-fast.lock'
const committed = { dir: 'compress-fast-cache' }
const attributes = `${lockName} text eol=lf\n${committed.dir}/** binary\n`
const ignored = `dist/\nnode_modules/\nreport.json\n${committed.dir}/uploads/\n${committed.dir}/v1/tmp/\n${committed.dir}/v1/swept\n${committed.dir}/v1/sweep.lock\n${committed.dir}/v1/kept\n`

/** A repository whose author has built with a lock file and a committed cache. */
async function authored(driver: Driver): Promise<Project> {
  const project = await createProject({
    ...(await ordinaryFiles()),
    '.gitattributes': attributes,
    '.gitignore': ignored,
  })
  await project.build(driver, { options: { cache: committed, lockFile: true } })
  await git(project.root, 'init', '-q', '-b', 'main')
  await commit(project.root)
  return project
}

/** Builds in a folder as in a process of its own, with the lock file as it is found. */
async function buildIn(root: string, driver: Driver, options: Options, expectWarnings: readonly string[] = []) {
  forgetProcess()
  const report = { json: join(root, 'report.json') }
  const all: Options = { effort: 'fast', cache: committed, report, ...options }
  const warnings = await driver.build(root, { options: all, outDirs: ['dist'], neighbours: [] })
  assertWarnings(warnings, expectWarnings)
  return read(join(root, 'dist'), report.json, warnings)
}

async function git(root: string, ...args: readonly string[]): Promise<string> {
  const who = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false']
  const { stdout } = await run('git', [...who, ...args], { cwd: root })
  return stdout
}

async function commit(root: string): Promise<void> {
  await git(root, 'add', '-A')
  await git(root, 'commit', '-q', '-m', 'work')
}

async function cloned(from: string): Promise<string> {
  const root = join(await siteFolder(), 'clone')
  await git(from, 'clone', '-q', from, root)
  return root
}

const lockOf = (root: string) => readFile(join(root, lockName), 'utf8')

/** An import more, and its image. */
async function addImage(root: string, name: string, like: string, others: readonly string[] = ['./photo.jpg']) {
  await writeFiles(root, {
    [`src/${name}`]: await fixture(like),
    'src/main.js': importing(...others, `./${name}`),
  })
}

describe.each(drivers.map((driver) => [driver.name, driver] as const))('%s', (_, driver) => {
  test('a clean clone builds frozen to the same bytes, and fails where something is new or other', async () => {
    const author = await authored(driver)
    const lock = await lockOf(author.root)
    expect(lock).toMatch(/"file":"src\/photo\.jpg"/)
    expect(lock).toMatch(/"file":"src\/screenshot\.png"/)
    const made = await read(join(author.root, 'dist'), join(author.root, 'report.json'))

    const clone = await cloned(author.root)
    const built = await buildIn(clone, driver, { frozen: true })
    expect(built.files).toEqual(made.files)
    for (const path of made.files) expect(built.file(path).equals(made.file(path)), path).toBe(true)
    expect(built.report.totals).toMatchObject({ compressed: 2, failed: 0, from: { engine: 0, disk: 2 } })
    expect(await git(clone, 'status', '--porcelain')).toBe('')

    await expect(buildIn(clone, driver, { frozen: true, quality: 'small' })).rejects.toThrow(
      /2 files would[\s\S]*under other settings[\s\S]*src\/photo\.jpg[\s\S]*src\/screenshot\.png/,
    )
    await addImage(clone, 'new.jpg', 'photo-2.jpg')
    await expect(buildIn(clone, driver, { frozen: true, onError: 'keep' })).rejects.toThrow(
      /`frozen` is set, and 1 file would have to be compressed:[\s│]+not in compress-fast\.lock:[\s│]+src\/new\.jpg[\s│]+Build without/,
    )
    expect(await lockOf(clone)).toBe(lock)
    expect((await git(clone, 'status', '--porcelain')).split('\n').filter(Boolean).toSorted()).toEqual([
      ' M src/main.js',
      '?? src/new.jpg',
    ])
  })
})

test.each([viteDriver, webpackDriver])('results may also lie in a shared cache: $name', async (driver) => {
  const entries = new Map<string, Uint8Array>()
  const remote = {
    get: async (name: string) => entries.get(name),
    put: async (name: string, bytes: Uint8Array) => void entries.set(name, bytes),
  }
  const cache = {
    dir: 'node_modules/.cache/own',
    remote,
    secret: 'a-secret-of-some-thirty-characters',
    namespace: 'main',
  }
  const author = await createProject({ ...(await ordinaryFiles()), '.gitignore': ignored })
  await author.build(driver, { options: { cache, lockFile: true } })
  await git(author.root, 'init', '-q', '-b', 'main')
  await commit(author.root)
  const made = await read(join(author.root, 'dist'), join(author.root, 'report.json'))

  const clone = await cloned(author.root)
  const built = await buildIn(clone, driver, { cache, frozen: true })
  expect(built.files).toEqual(made.files)
  for (const path of made.files) expect(built.file(path).equals(made.file(path)), path).toBe(true)
  expect(built.report.totals).toMatchObject({ compressed: 2, from: { engine: 0, remote: 2 } })

  await addImage(clone, 'new.jpg', 'photo-2.jpg')
  await expect(buildIn(clone, driver, { cache, frozen: true })).rejects.toThrow(/1 file would[\s\S]*src\/new\.jpg/)
  // A listed result that nobody has any more is one that would have to be made.
  entries.clear()
  const empty = await cloned(author.root)
  await expect(buildIn(empty, driver, { cache, frozen: true })).rejects.toThrow(/src\/photo\.jpg[\s\S]*screenshot\.png/)
  expect(entries.size).toBe(0)
})

test('the lock file is the same under every bundler, with several outputs, and by whoever builds in whichever order', async () => {
  const project = await createProject(await ordinaryFiles())
  const texts = new Set<string>()
  for (const driver of [viteDriver, webpackDriver, esbuildDriver, rollupDriver, farmDriver]) {
    await project.build(driver, { options: { lockFile: true, concurrency: texts.size + 1 } })
    texts.add(await lockOf(project.root))
    await rm(join(project.root, lockName))
  }
  await project.build(rollupDriver, { options: { lockFile: true }, outDirs: ['dist/one', 'dist/two'] })
  const { mtimeMs } = await stat(join(project.root, lockName))
  texts.add(await lockOf(project.root))
  await project.build(viteDriver)
  texts.add(await lockOf(project.root))
  expect(texts.size).toBe(1)
  expect((await stat(join(project.root, lockName))).mtimeMs, 'it was written once').toBe(mtimeMs)
})

test('without being asked for, a lock file is kept where there is one, and not made where there is none', async () => {
  const project = await createProject(await ordinaryFiles())
  await project.build(viteDriver)
  await expect(stat(join(project.root, lockName))).rejects.toThrow('ENOENT')
  await project.build(viteDriver, { options: { lockFile: 'locks/other.lock' } })
  const lock = await readFile(join(project.root, 'locks/other.lock'), 'utf8')
  await writeFile(join(project.root, lockName), '')
  await project.build(viteDriver, { options: { lockFile: false } })
  expect(await lockOf(project.root)).toBe('')
  await project.build(viteDriver)
  expect(await lockOf(project.root)).toBe(lock)
})

test('lines follow sources: a changed image has one line, one that is gone has none', async () => {
  const project = await createProject(await ordinaryFiles())
  await addImage(project.root, 'other.jpg', 'photo-2.jpg')
  await project.build(viteDriver, { options: { lockFile: true } })
  await project.write({ 'src/main.js': importing('./photo.jpg'), 'src/photo.jpg': await fixture('photo-rotated.jpg') })
  await project.build(viteDriver)
  expect(filesIn(await lockOf(project.root))).toEqual(['src/other.jpg', 'src/photo.jpg', 'src/screenshot.png'])
  await rm(join(project.root, 'src/other.jpg'))
  await project.build(viteDriver)
  expect(filesIn(await lockOf(project.root))).toEqual(['src/photo.jpg', 'src/screenshot.png'])
})

test('what imports ask for, what is inlined and what has no source have lines too, and are frozen by them', async () => {
  const icon = (await fixture('icon.png')).toString('base64')
  const project = await createProject({
    ...(await ordinaryFiles()),
    'src/style.css': 'body { color: red }',
    'src/main.js': `${importing('./photo.jpg?compress=lossless')}globalThis.icon = 'data:image/png;base64,${icon}'`,
    'extra/emitted.jpg': await fixture('photo-2.jpg'),
  })
  const options = { lockFile: true, minSize: 0, minSavings: 0 }
  const made = await project.build(rollupDriver, { options, neighbours: ['emits'] })
  const lock = await lockOf(project.root)
  expect(filesIn(lock)).toEqual(['<dist>/emitted.jpg', 'src/main.js', 'src/photo.jpg?compress=lossless'])
  const frozen = await project.build(rollupDriver, { options: { ...options, frozen: true }, neighbours: ['emits'] })
  expect(frozen.files.map((path) => frozen.file(path))).toEqual(made.files.map((path) => made.file(path)))
  // A build that writes elsewhere has nothing to say of what this one made.
  await rm(join(project.root, 'dist'), { recursive: true })
  await project.build(rollupDriver, { options, outDirs: ['elsewhere'] })
  expect(await lockOf(project.root)).toBe(lock)
  await project.build(rollupDriver, { options })
  expect(filesIn(await lockOf(project.root))).toEqual(['src/main.js', 'src/photo.jpg?compress=lossless'])
})

test('a result that is gone from the cache, or is another one, fails a frozen build; without a lock file the cache decides', async () => {
  const { root } = await authored(viteDriver)
  const tampered = await cloned(root)
  const lock = await lockOf(tampered)
  const line = lock.split('\n').find((text) => text.includes('src/photo.jpg')) ?? ''
  const output = /"output":"sha256-([0-9a-f]{64})"/.exec(line)?.[1] ?? ''
  // A lock file that names another result is the same as a cache that has another one.
  await writeFile(join(tampered, lockName), lock.replace(output, 'f'.repeat(64)))
  await expect(buildIn(tampered, viteDriver, { frozen: true })).rejects.toThrow(
    /1 file would[\s\S]*another result than compress-fast\.lock names:\s+src\/photo\.jpg/,
  )
  await writeFile(join(tampered, lockName), lock)
  for (const entry of await entriesIn(join(tampered, committed.dir))) {
    const bytes = await readFile(entry)
    if (!bytes.includes(output)) continue
    bytes[bytes.byteLength - 1] = (bytes.at(-1) ?? 0) ^ 1
    await writeFile(entry, bytes)
  }
  await expect(buildIn(tampered, viteDriver, { frozen: true })).rejects.toThrow(
    /no cache has the result:\s+src\/photo\.jpg/,
  )

  const unlocked = await cloned(root)
  await rm(join(unlocked, lockName))
  const built = await buildIn(unlocked, viteDriver, { frozen: true })
  expect(built.report.totals).toMatchObject({ compressed: 2, from: { engine: 0 } })
  await expect(buildIn(unlocked, viteDriver, { frozen: true, lockFile: true })).rejects.toThrow(/there is none/)
  await addImage(unlocked, 'new.jpg', 'photo-2.jpg')
  await expect(buildIn(unlocked, viteDriver, { frozen: true })).rejects.toThrow(
    /no cache has the result:\s+src\/new\.jpg/,
  )
})

test('a lock file with conflict markers fails a frozen build with the line, and is mended by any other', async () => {
  const { root } = await authored(viteDriver)
  const lock = await lockOf(root)
  const [first = '', ...lines] = lock.split('\n')
  await writeFile(join(root, lockName), [first, '<<<<<<< HEAD', '=======', '>>>>>>> topic', ...lines].join('\n'))
  await expect(buildIn(root, viteDriver, { frozen: true })).rejects.toThrow(
    /compress-fast\.lock cannot be relied on:\s+line 2 is a conflict marker of git/,
  )
  await buildIn(root, viteDriver, {}, ['Line 2 of compress-fast.lock was a conflict marker of git'])
  expect(await lockOf(root)).toBe(lock)
})

test('clones that add the same image, each by a build of its own, merge without a conflict', async () => {
  const { root } = await authored(esbuildDriver)
  const clones = [await cloned(root), await cloned(root)] as const
  for (const clone of clones) {
    await addImage(clone, 'new-a.png', 'logo-alpha.png')
    const { report } = await buildIn(clone, esbuildDriver, {})
    expect(report.totals.from.engine).toBe(1)
    // What is no part of it: the same images, and other work beside.
    await writeFile(join(clone, `note-${clones.indexOf(clone)}.txt`), clone)
    await commit(clone)
  }
  const [one, two] = clones
  const added = async (clone: string) =>
    (await git(clone, 'diff', '--name-only', '--diff-filter=A', 'HEAD~', '--', committed.dir)).trim().split('\n')
  // The result, and that it is one.
  expect(await added(two)).toHaveLength(2)
  expect(await added(two)).toEqual(await added(one))
  await git(two, 'pull', '-q', '--no-rebase', '--no-edit', one, 'main')
  const built = await buildIn(two, esbuildDriver, { frozen: true })
  expect(built.report.totals).toMatchObject({ failed: 0, from: { engine: 0 } })
  expect(await git(two, 'status', '--porcelain')).toBe('')
})

test('branches that add an image each merge without a conflict, and the merge builds frozen', async () => {
  const { root } = await authored(viteDriver)
  await git(root, 'checkout', '-q', '-b', 'one')
  await addImage(root, 'new-a.jpg', 'photo-2.jpg')
  await buildIn(root, viteDriver, {})
  await commit(root)
  await git(root, 'checkout', '-q', '-b', 'two', 'main')
  await addImage(root, 'new-b.png', 'logo-alpha.png')
  await buildIn(root, viteDriver, {})
  await commit(root)
  const conflicts = await git(root, 'merge', '-q', 'one').then(
    () => '',
    () => git(root, 'diff', '--name-only', '--diff-filter=U'),
  )
  // The script that both changed is the one thing to settle by hand.
  expect(conflicts).toBe('src/main.js\n')
  await writeFile(join(root, 'src/main.js'), importing('./photo.jpg', './new-a.jpg', './new-b.png'))
  await commit(root)
  const merged = await lockOf(root)
  const clone = await cloned(root)
  const built = await buildIn(clone, viteDriver, { frozen: true })
  expect(built.report.totals).toMatchObject({ assets: 4, failed: 0, from: { engine: 0 } })
  await buildIn(clone, viteDriver, {})
  expect(await lockOf(clone)).toBe(merged)
})

function filesIn(lock: string): string[] {
  return [...lock.matchAll(/^\{"file":"([^"]+)"/gm)].map(([, file = '']) => file).toSorted()
}

async function entriesIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && /^[0-9a-f]{64}$/.test(entry.name))
  return files.map((entry) => join(entry.parentPath, entry.name))
}

describe('Vite', () => {
  test('client and server builds share the lines, at once or one by one', async () => {
    const vite = await import('vite')
    const site = await createSite(vite, {
      'main.js': `import a from './photo.jpg'; globalThis.out = a`,
      'server.js': `import a from './photo.jpg'; import b from './other.jpg'; export default [a, b]`,
      'index.html': '<script type="module" src="./main.js"></script>',
      'photo.jpg': await fixture('photo.jpg'),
      'other.jpg': await fixture('photo-2.jpg'),
    })
    const ssr = { build: { ssr: 'server.js', outDir: 'server', ssrEmitAssets: true } }
    const orders: (() => Promise<unknown>)[] = [
      async () => [await site.build({ options: { lockFile: true } }), await site.build({ config: ssr })],
      async () => [await site.build({ options: { lockFile: true }, config: ssr }), await site.build()],
      () =>
        Promise.all([
          site.build({ options: { lockFile: true }, config: ssr }),
          site.build({ options: { lockFile: true } }),
        ]),
    ]
    const texts = new Set<string>()
    for (const order of orders) {
      forgetProcess()
      await rm(join(site.root, lockName), { force: true })
      await order()
      texts.add(await lockOf(site.root))
    }
    expect(texts.size).toBe(1)
    expect(filesIn([...texts][0] ?? '')).toEqual(['other.jpg', 'photo.jpg'])
  })

  test('a library, which inlines its files, and a build that writes nothing are locked and frozen too', async () => {
    const vite = await import('vite')
    const site = await createSite(vite, {
      'main.js': `import a from './photo.jpg'; export default a`,
      'photo.jpg': await fixture('photo.jpg'),
    })
    const lib = { build: { lib: { entry: 'main.js', formats: ['es' as const], fileName: 'lib' } } }
    const made = await site.build({ options: { lockFile: true }, config: lib })
    const lock = await lockOf(site.root)
    expect(filesIn(lock)).toHaveLength(1)
    forgetProcess()
    const frozen = await site.build({ options: { frozen: true }, config: lib })
    expect(frozen.text('lib.js')).toBe(made.text('lib.js'))
    await site.write({ 'photo.jpg': await fixture('photo-2.jpg') })
    forgetProcess()
    await expect(site.build({ options: { frozen: true }, config: lib })).rejects.toThrow(/1 file would/)
    const unwritten = { build: { write: false, rollupOptions: { input: join(site.root, 'main.js') } } }
    forgetProcess()
    await expect(site.build({ options: { frozen: true }, config: unwritten })).rejects.toThrow(/photo\.jpg/)
    expect(await lockOf(site.root)).toBe(lock)
  })
})

test("webpack's own cache is held against the lock file too", async () => {
  const kind = kinds.find(({ name }) => name === 'webpack')
  if (!kind) throw new Error('There is no webpack.')
  const site = await createWebpackSite(kind, {
    'main.js': `import photo from './photo.jpg'; globalThis.out = photo`,
    'photo.jpg': await fixture('photo.jpg'),
  })
  const config = {
    cache: { type: 'filesystem' as const, cacheDirectory: join(site.root, '.bundler-cache') },
    module: { rules: [{ test: /\.jpg$/, type: 'asset/resource' }] },
  }
  await site.build({ config })
  forgetProcess()
  // Nothing is looked for, as webpack has it; the file is written all the same.
  await site.build({ config, options: { lockFile: true } })
  expect(filesIn(await lockOf(site.root))).toEqual(['photo.jpg'])
  forgetProcess()
  expect((await site.build({ config, options: { frozen: true } })).report.totals).toMatchObject({ compressed: 1 })
  await writeFile(join(site.root, lockName), '')
  forgetProcess()
  await expect(site.build({ config, options: { frozen: true } })).rejects.toThrow(
    /not in compress-fast\.lock:\s+photo\.jpg/,
  )
})

test('what watches warns of what is not locked, goes on, and leaves the lock file alone', async () => {
  const project = await createProject(await ordinaryFiles())
  await writeFile(join(project.root, lockName), '')
  forgetProcess()
  const watching = await rollupDriver.watch(project.root, project.options({ frozen: true }))
  try {
    const report = await vi.waitFor(
      async () => JSON.parse(await readFile(join(project.root, 'report.json'), 'utf8')) as Report,
      { timeout: 30_000, interval: 100 },
    )
    expect(report.warnings.map(({ code }) => code)).toEqual(['FROZEN'])
    expect(report.totals).toMatchObject({ failed: 2, from: { engine: 0 } })
    expect(await lockOf(project.root)).toBe('')
  } finally {
    await watching.close()
  }
})
